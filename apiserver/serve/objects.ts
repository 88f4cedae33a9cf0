// Requests about objects: each verb, from the request to the answer.

import { type ManagedCall, trackUpdate } from '../apply/managers.ts';
import type { PatchType } from '../apply/strategic.ts';
import type { Access } from '../auth/access.ts';
import type { Ledger } from '../ledger.ts';
import { ApiError, badRequest, notFound } from '../model/api-error.ts';
import { type ApiObject, nameOf, uidOf } from '../model/api-object.ts';
import { type Json, type JsonObject, textIn } from '../model/json.ts';
import type { ApiAnswer, ApiRequest } from '../model/request.ts';
import type { User } from '../model/user.ts';
import { checkDeleteBody, deletedStatus, deleteObject, parseDeleteOptions } from '../registry/delete.ts';
import { type EvictionDeps, evictPod } from '../registry/eviction.ts';
import { managedCallOf } from '../registry/managed.ts';
import type { Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';
import { createObject, groupResource, updateObject } from '../registry/write.ts';
import type { ObjectName } from '../store/store.ts';
import { parseWriteCall, type WriteCall } from './call.ts';
import { type CodingDeps, codingOf } from './coding.ts';
import { unknownConversion } from './go-words.ts';
import { listObjects, parseOneVersion } from './list.ts';
import {
  type AnswerForm,
  isUnknownForm,
  mediaOfErrors,
  mediaTypeOf,
  negotiate,
  readJson,
  readObject,
} from './negotiate.ts';
import { checkPatchType, PATCH_TYPES, parsePatch, patchScale } from './patching.ts';
import type { ResourcePath } from './route.ts';
import { scaleOf, withScale } from './scale.ts';
import { type Showing, showList, showObject } from './show.ts';
import { verbOf } from './verb.ts';
import { type After, watchObjects } from './watch.ts';

/** What requests about objects need of the world. */
export interface ObjectDeps extends EvictionDeps, CodingDeps {
  readonly registry: Pick<Registry, 'ofKind' | 'onEnd'>;
  readonly after: After;
  random(): number;
  /** How a kind is patched strategically; undefined for custom resources. */
  patchTypeOf(resource: Resource): PatchType | undefined;
  readonly ledger: Pick<Ledger, 'refuse'>;
  /** Throws where an object wants what is not emulated. */
  checkEmulated(resource: Resource, object: ApiObject): void;
  readonly access: Pick<Access, 'answer' | 'issueToken' | 'checkWrite'>;
}

/** A request about a resource, with what its path says. */
export interface ObjectCall {
  readonly request: ApiRequest;
  readonly resource: Resource;
  readonly path: ResourcePath;
  /** Who asks. */
  readonly user: User;
}

/** Answers a request about objects of the main endpoint or of status. Throws ApiError. */
export function answerObjects(deps: ObjectDeps, call: ObjectCall): ApiAnswer {
  const { request, resource, path } = call;
  const verb = verbOf(request, resource, path);
  if (isUnknownForm(request, resource)) throw deps.ledger.refuse('protobuf');
  const { form, media } = negotiate(request, { resource, verb });
  const asked = new ObjectRequest(deps, call, form);
  try {
    return { ...asked.answer(verb), coding: codingOf(deps, media, verb === 'watch') };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const coding = codingOf(deps, mediaOfErrors(request.headers['accept']), false);
    return { kind: 'json', status: error.code, body: error.status, warnings: asked.warnings, coding };
  }
}

type ObjectAnswer = Exclude<ApiAnswer, { readonly kind: 'text' }>;

class ObjectRequest {
  readonly #deps: ObjectDeps;
  readonly #request: ApiRequest;
  readonly #resource: Resource;
  readonly #path: ResourcePath;
  readonly #user: User;
  readonly #showing: Showing;
  readonly #warnings: string[] = [];
  readonly #warn = (message: string): void => void this.#warnings.push(message);

  constructor(deps: ObjectDeps, { request, resource, path, user }: ObjectCall, form: AnswerForm) {
    this.#deps = deps;
    this.#request = request;
    this.#resource = resource;
    this.#path = path;
    this.#user = user;
    this.#showing = {
      resource,
      form,
      includeObject: request.query.get('includeObject') ?? 'Metadata',
      hasHeaders: true,
      nowMs: deps.nowMs(),
    };
  }

  /** What there is to be warned of so far; errors carry it as well. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  answer(verb: string): ObjectAnswer {
    // A patch of no known type does not come as far as a warning.
    if (verb === 'patch') checkPatchType(mediaTypeOf(this.#request));
    if (this.#resource.deprecation !== undefined) this.#warn(this.#resource.deprecation);
    switch (verb) {
      case 'get':
        parseOneVersion(this.#request.query);
        return this.#answerObject(200, this.#shown(this.#current()));
      case 'list':
        return this.#list();
      case 'watch':
        return this.#watch();
      case 'create':
        return this.#create();
      case 'update':
        return this.#update();
      case 'patch':
        return this.#patch();
      case 'delete':
        return this.#delete();
      default:
        return this.#deleteCollection();
    }
  }

  get #name(): ObjectName {
    return { namespace: this.#resource.isNamespaced ? this.#path.namespace : '', name: this.#path.name };
  }

  #current(): ApiObject {
    const found = this.#deps.store.get(this.#resource.collection, this.#name);
    if (found === undefined) throw notFound(groupResource(this.#resource), this.#path.name);
    return this.#inVersion(found);
  }

  #inVersion(object: ApiObject): ApiObject {
    const { apiVersion, forms, codec } = this.#resource;
    if (forms === undefined) return codec.fromStorage(object);
    return object.apiVersion === apiVersion ? object : forms.convert(object, apiVersion);
  }

  // What is stored in another form comes from the store in that one; custom resources come in their own version.
  #toOwn(object: ApiObject): ApiObject {
    return this.#resource.forms === undefined ? object : this.#inVersion(object);
  }

  #toStored(object: ApiObject): ApiObject {
    const { forms, storedAs } = this.#resource;
    return forms === undefined ? object : forms.convert(object, storedAs);
  }

  get #storing(): Resource {
    return this.#resource.forms?.storing ?? this.#resource;
  }

  #listCall() {
    return { resource: this.#resource, namespace: this.#path.namespace, query: this.#request.query };
  }

  #list(): ObjectAnswer {
    const { items, metadata } = listObjects(this.#deps.store, this.#listCall());
    const shown = { items: items.map((object) => this.#inVersion(object)), metadata };
    return this.#answerJson(200, showList(shown, this.#showing));
  }

  #watch(): ObjectAnswer {
    const { store, after, registry } = this.#deps;
    let isFirst = true;
    const show = (object: JsonObject): Json => {
      const shown = showObject(this.#inVersion(object as ApiObject), { ...this.#showing, hasHeaders: isFirst });
      isFirst = false;
      return shown;
    };
    const onEnd = registry.onEnd.bind(registry);
    const lines = watchObjects({ store, after, onEnd, random: () => this.#deps.random(), show }, this.#listCall());
    return { kind: 'watch', status: 200, lines, warnings: this.#warnings };
  }

  #create(): ObjectAnswer {
    const call = parseWriteCall(this.#request, 'CreateOptions');
    const body = this.#readBody(call);
    this.#deps.checkEmulated(this.#resource, body);
    if (this.#path.subresource === 'eviction') return this.#evict(body, call);
    const tracked = trackUpdate(undefined, body, this.#managed(call));
    const { namespace } = this.#path;
    const made = this.#madeUp(tracked);
    if (made !== undefined) return this.#answerObject(201, made);
    this.#checkRights(tracked, undefined);
    const object = this.#toStored(tracked);
    const options = { object, namespace, isDryRun: call.isDryRun, warn: this.#warn };
    return this.#answerObject(201, createObject(this.#deps, this.#storing, options));
  }

  #evict(object: ApiObject, { isDryRun }: WriteCall): ObjectAnswer {
    const status = evictPod(this.#deps, { name: this.#name, object, isDryRun });
    return this.#answerJson(Number(status['code']), status);
  }

  // Questions and requests for tokens are answered, not stored.
  #madeUp(object: ApiObject): ApiObject | undefined {
    const { namespace } = this.#path;
    if (this.#path.subresource === 'token') return this.#deps.access.issueToken({ account: this.#name, object });
    return this.#deps.access.answer({ user: this.#user, object, namespace });
  }

  #checkRights(object: ApiObject, old: ApiObject | undefined): void {
    const { namespace, name } = this.#path;
    this.#deps.access.checkWrite({ user: this.#user, object, old, namespace, name });
  }

  // Through scale an object is seen as a Scale.
  #shown(object: ApiObject): ApiObject {
    return this.#isScale ? (scaleOf(object, this.#resource) as ApiObject) : object;
  }

  get #isScale(): boolean {
    return this.#path.subresource === 'scale';
  }

  #changeScale(call: WriteCall, wanted: (scale: JsonObject) => Json): ObjectAnswer {
    const { object } = updateObject(this.#deps, this.#resource, {
      name: this.#name,
      subresource: 'scale',
      mayCreate: false,
      uid: '',
      isDryRun: call.isDryRun,
      warn: this.#warn,
      change: (current) => {
        if (current === undefined) throw new Error('a scale creates nothing');
        const scaled = withScale(current, wanted(this.#shown(current)), this.#resource);
        return trackUpdate(current, scaled, this.#managed(call));
      },
    });
    return this.#answerObject(200, this.#shown(object));
  }

  #patchScale(): ObjectAnswer {
    const mediaType = mediaTypeOf(this.#request);
    const call = parseWriteCall(this.#request, 'PatchOptions', mediaType === PATCH_TYPES.apply);
    const patch = mediaType === PATCH_TYPES.apply ? null : readJson(this.#request.body);
    return this.#changeScale(call, (scale) => {
      const patched = patchScale(scale, patch, mediaType);
      if (patched === undefined) throw this.#deps.ledger.refuse('apply');
      return patched;
    });
  }

  #update(): ObjectAnswer {
    const call = parseWriteCall(this.#request, 'UpdateOptions');
    if (this.#isScale) return this.#changeScale(call, () => readObject(this.#request));
    const object = this.#readBody(call);
    this.#checkName(object);
    this.#deps.checkEmulated(this.#resource, object);
    const { lifecycle } = this.#resource;
    const updated = updateObject(this.#deps, this.#storing, {
      name: this.#name,
      subresource: this.#path.subresource || undefined,
      mayCreate: lifecycle.createsOnUpdate && this.#path.subresource === '',
      uid: uidOf(object),
      isDryRun: call.isDryRun,
      warn: this.#warn,
      change: (current) => {
        const own = current === undefined ? undefined : this.#toOwn(current);
        const next = trackUpdate(own, object, this.#managed(call));
        this.#checkRights(next, own);
        return this.#toStored(next);
      },
    });
    return this.#answerObject(updated.isCreated ? 201 : 200, updated.object);
  }

  #patch(): ObjectAnswer {
    if (this.#isScale) return this.#patchScale();
    const mediaType = mediaTypeOf(this.#request);
    const isApply = mediaType === PATCH_TYPES.apply;
    const call = parseWriteCall(this.#request, 'PatchOptions', isApply);
    const change = parsePatch({
      mediaType,
      body: this.#request.body,
      resource: this.#resource,
      name: this.#path.name,
      managed: this.#managed(call),
      isForced: call.isForced,
      fieldValidation: call.fieldValidation,
      patchType: this.#deps.patchTypeOf(this.#resource),
      warn: this.#warn,
    });
    const updated = updateObject(this.#deps, this.#storing, {
      name: this.#name,
      subresource: this.#path.subresource || undefined,
      mayCreate: isApply && this.#path.subresource === '',
      uid: '',
      isDryRun: call.isDryRun,
      warn: this.#warn,
      change: (current) => {
        const own = current === undefined ? undefined : this.#toOwn(current);
        const next = change(own);
        this.#deps.checkEmulated(this.#resource, next);
        this.#checkRights(next, own);
        return this.#toStored(next);
      },
    });
    return this.#answerObject(updated.isCreated ? 201 : 200, updated.object);
  }

  #delete(): ObjectAnswer {
    const options = parseDeleteOptions(this.#deleteBody(), this.#request.query);
    // What cannot be read in this version cannot go through it.
    const found = this.#deps.store.get(this.#resource.collection, this.#name);
    if (found !== undefined) this.#inVersion(found);
    const deleted = deleteObject(this.#deps, this.#resource, { name: this.#name, options });
    const showsObject = !deleted.isGone || this.#resource.lifecycle.returnsDeleted;
    if (showsObject) return this.#answerObject(200, this.#inVersion(deleted.object));
    return this.#answerJson(200, deletedStatus(this.#resource, deleted.object));
  }

  #deleteCollection(): ObjectAnswer {
    const options = parseDeleteOptions(this.#deleteBody(), this.#request.query);
    const list = listObjects(this.#deps.store, this.#listCall());
    for (const object of list.items) {
      const name = { namespace: textIn(object, 'metadata', 'namespace'), name: nameOf(object) };
      deleteObject(this.#deps, this.#resource, { name, options });
    }
    const shown = { ...list, items: list.items.map((object) => this.#inVersion(object)) };
    return this.#answerJson(200, showList(shown, this.#showing));
  }

  #deleteBody(): JsonObject | undefined {
    if (this.#request.body.trim() === '') return undefined;
    const body = readObject(this.#request);
    checkDeleteBody(body);
    return body;
  }

  #readBody(call: WriteCall): ApiObject {
    const body = readObject(this.#request);
    this.#checkKind(body);
    const { object, unknown } = this.#resource.codec.decode(body);
    const messages = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
    if (messages.length > 0 && call.fieldValidation === 'Strict') {
      const { kind, version } = this.#resource;
      const why = `strict decoding error: ${messages.join(', ')}`;
      throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
    }
    if (call.fieldValidation === 'Warn') this.#warnings.push(...messages);
    return this.#resource.codec.fill(object);
  }

  // Custom resources have words of their own for it.
  #checkKind(body: JsonObject): void {
    const { apiVersion, kind, openApi } = this.#resource;
    if (openApi !== undefined) return;
    const [version, name] = [textIn(body, 'apiVersion') || apiVersion, textIn(body, 'kind') || kind];
    if (name !== kind) throw badRequest(unknownConversion({ apiVersion: version, kind: name }, this.#resource));
    if (version === apiVersion) return;
    throw badRequest(
      `the API version in the data (${version}) does not match the expected API version (${apiVersion})`,
    );
  }

  #checkName(object: ApiObject): void {
    const name = nameOf(object);
    if (name === this.#path.name) return;
    if (name === '')
      throw badRequest(
        `the name of the object (${this.#path.name} based on URL) was undeterminable: name must be provided`,
      );
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${this.#path.name})`);
  }

  #managed({ manager }: WriteCall): ManagedCall {
    const { subresource } = this.#path;
    const call = managedCallOf(this.#resource, { manager, subresource, nowMs: this.#deps.nowMs() });
    // What a scale owns has no time.
    return this.#isScale ? { ...call, time: undefined } : call;
  }

  #answerObject(status: number, object: ApiObject): ObjectAnswer {
    const shown = this.#isScale ? object : this.#toOwn(object);
    return this.#answerJson(status, showObject(shown, this.#showing));
  }

  #answerJson(status: number, body: Json): ObjectAnswer {
    return { kind: 'json', status, body, warnings: this.#warnings };
  }
}
