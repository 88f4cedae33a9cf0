// The online door: everything that runs against a cluster.

export { type AccessOptions, type ClusterAccess, loadAccess } from './kube/auth.ts';
export { classify } from './kube/classify.ts';
export { createClient } from './kube/client.ts';
export { Discovery } from './kube/discovery.ts';
export {
  type ApiTransport,
  type KubeRequest,
  Transport,
  type WatchEvent,
  type WatchRequest,
} from './kube/transport.ts';
export { ObjectApplier } from './run/apply-files.ts';
export { Endpoints } from './run/endpoints.ts';
export { FileFollower } from './run/follow-files.ts';
export { createLog, type Log, type LogFacts, logDiagnostic } from './run/log.ts';
export { Operator, type OperatorSettings } from './run/operator.ts';
export { realClock } from './run/real-clock.ts';
export { Telemetry } from './run/telemetry.ts';
