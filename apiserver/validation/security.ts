// Rules about what containers and pods may do.

import { type FieldError, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, textIn } from '../model/json.ts';
import { checkOneOf } from './fields.ts';
import { checkRelativePath } from './volume.ts';

const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const MAX_ID = 2_147_483_647;

/** What is wrong with the security of a container. */
export function checkContainerSecurity(context: Json | undefined, path: string): readonly FieldError[] {
  if (!isObject(context)) return [];
  const errors = [
    ...checkIds(context, ['runAsUser', 'runAsGroup'], path),
    ...checkOneOf(context['procMount'], ['Default', 'Unmasked'], `${path}.procMount`),
    ...checkProfiles(context, path),
  ];
  if (context['allowPrivilegeEscalation'] === false && context['privileged'] === true)
    errors.push(invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
  return errors;
}

/** What is wrong with the security of a pod. */
export function checkPodSecurity(context: Json | undefined, path: string): readonly FieldError[] {
  if (!isObject(context)) return [];
  return [
    ...checkIds(context, ['fsGroup', 'runAsUser', 'runAsGroup'], path),
    ...listIn(context, 'supplementalGroups').flatMap((id, at) => checkId(id, `${path}.supplementalGroups[${at}]`)),
    ...checkOneOf(context['fsGroupChangePolicy'], ['Always', 'OnRootMismatch'], `${path}.fsGroupChangePolicy`),
    ...checkOneOf(context['supplementalGroupsPolicy'], ['Merge', 'Strict'], `${path}.supplementalGroupsPolicy`),
    ...checkOneOf(context['seLinuxChangePolicy'], ['Recursive'], `${path}.seLinuxChangePolicy`),
    ...checkProfiles(context, path),
  ];
}

function checkIds(context: JsonObject, names: readonly string[], path: string): readonly FieldError[] {
  return names.flatMap((name) => checkId(context[name] ?? 0, `${path}.${name}`));
}

function checkId(id: Json, path: string): readonly FieldError[] {
  const isId = typeof id === 'number' && id >= 0 && id <= MAX_ID;
  return isId ? [] : [invalid(path, id, `must be between 0 and ${MAX_ID}, inclusive`)];
}

function checkProfiles(context: JsonObject, path: string): readonly FieldError[] {
  return [
    ...checkProfile(context['seccompProfile'], { path: `${path}.seccompProfile`, name: 'seccomp' }),
    ...checkProfile(context['appArmorProfile'], { path: `${path}.appArmorProfile`, name: 'AppArmor' }),
  ];
}

function checkProfile(
  profile: Json | undefined,
  { path, name }: { readonly path: string; readonly name: 'seccomp' | 'AppArmor' },
): readonly FieldError[] {
  if (!isObject(profile)) return [];
  const type = textIn(profile, 'type');
  const field = path.slice(path.lastIndexOf('.') + 1);
  if (type === '') return [required(`${path}.type`, `type is required when ${field} is set`)];
  if (!PROFILES.includes(type)) return [notSupported(`${path}.type`, type, PROFILES)];
  const file = profile['localhostProfile'];
  const at = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    if (typeof file !== 'string') return [required(at, `must be set when ${name} type is Localhost`)];
    return name === 'seccomp' ? checkRelativePath(file, at) : [];
  }
  if (file === undefined) return [];
  const message = `can only be set when ${name} type is Localhost`;
  // The server shows its own form of it.
  return [invalid(at, name === 'seccomp' ? { Type: type, LocalhostProfile: file } : file, message)];
}
