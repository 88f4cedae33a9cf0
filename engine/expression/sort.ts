// Sorting as JSONata does it: which two values are compared, and in which order, is part of what a formula can see, by an
// error or by a function that has no consistent order.

/** Values in order; those that are not after each other stay as they are. `isAfter`: true where the two change places. */
export function mergeSort<T>(values: readonly T[], isAfter: (left: T, right: T) => boolean): readonly T[] {
  if (values.length <= 1) return values;
  const middle = Math.floor(values.length / 2);
  const left = mergeSort(values.slice(0, middle), isAfter);
  const right = mergeSort(values.slice(middle), isAfter);
  const result: T[] = [];
  let [fromLeft, fromRight] = [0, 0];
  while (fromLeft < left.length && fromRight < right.length) {
    if (isAfter(left[fromLeft] as T, right[fromRight] as T)) result.push(right[fromRight++] as T);
    else result.push(left[fromLeft++] as T);
  }
  while (fromLeft < left.length) result.push(left[fromLeft++] as T);
  while (fromRight < right.length) result.push(right[fromRight++] as T);
  return result;
}
