// How objects get from one version to another. Webhooks are not emulated, but what is wrong about none is told.

import { type FieldError, forbidden, notSupported, required } from '../model/field-error.ts';
import { isObject, type JsonObject, listIn, textIn } from '../model/json.ts';

/** What is wrong with a conversion. */
export function checkConversion(conversion: JsonObject, path: string): readonly FieldError[] {
  const strategy = textIn(conversion, 'strategy');
  const errors: FieldError[] = [];
  if (strategy === '') errors.push(required(`${path}.strategy`));
  else if (!['None', 'Webhook'].includes(strategy))
    errors.push(notSupported(`${path}.strategy`, strategy, ['None', 'Webhook']));
  const { webhook } = conversion;
  if (strategy === 'Webhook' || !isObject(webhook)) return errors;
  const what = 'should not be set when strategy is not set to Webhook';
  if (isObject(webhook['clientConfig'])) errors.push(forbidden(`${path}.webhookClientConfig`, what));
  if (listIn(webhook, 'conversionReviewVersions').length > 0)
    errors.push(forbidden(`${path}.conversionReviewVersions`, what));
  return errors;
}
