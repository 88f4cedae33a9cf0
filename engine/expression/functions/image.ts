// Names of container images: "ghcr.io/example/app:1.2@sha256:…".

import { raise } from '../errors.ts';
import type { Value } from '../value.ts';

// Chosen: a name of 255, a tag of 128 and a digest fit in.
const MAX_LENGTH = 600;
const PATTERN = /^([^@]+?)(?::(\w[\w.-]{0,127}))?(?:@([a-z0-9]+:[0-9a-f]{32,}))?$/;
// As container runtimes tell it from the first part of a repository.
const HOST = /^(?=.*[.:]|localhost$)[A-Za-z0-9.:[\]-]+$/;
const REPOSITORY = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;

/**
 * The parts of an image's name, as they are written: `name` is all but tag and digest; what is not written is not there.
 * Source: the reference grammar of the OCI distribution.
 */
export function imageParts(text: string): Value {
  const match = text.length > MAX_LENGTH ? null : PATTERN.exec(text);
  if (match === null) return raise('U1016', { value: text });
  const [, name = '', tag, digest] = match;
  const slash = name.indexOf('/');
  const isHost = slash > 0 && HOST.test(name.slice(0, slash));
  const repository = isHost ? name.slice(slash + 1) : name;
  if (!REPOSITORY.test(repository)) return raise('U1016', { value: text });
  return {
    name,
    ...(isHost ? { registry: name.slice(0, slash) } : {}),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}
