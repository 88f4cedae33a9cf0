// Metrics, under the names that controller-runtime made the field's common language, so that existing dashboards and
// alerts work. The one door to prom-client.
// Source of names and labels: https://book.kubebuilder.io/reference/metrics-reference

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../model/change.ts';
import type { WorkqueueObserver } from './workqueue.ts';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** One request to the API server. */
export interface RequestFacts {
  readonly method: string;
  /** The HTTP status, or 0 where no answer came. */
  readonly status: number;
  readonly durationMs: number;
}

/** How one reconcile ended. Source of the words: controller-runtime. */
export type ReconcileResult = 'success' | 'error' | 'requeue_after';

/** Counts what the operator does. */
export class Telemetry {
  readonly #registry = new Registry();
  readonly #requests: Counter;
  readonly #requestSeconds: Histogram;
  readonly #reconciles: Counter;
  readonly #errors: Counter;
  readonly #reconcileSeconds: Histogram;
  readonly #active: Gauge;
  readonly #outcomes: Counter;
  readonly #depth: Gauge;
  readonly #adds: Counter;
  readonly #retries: Counter;
  readonly #queueSeconds: Histogram;
  readonly #workSeconds: Histogram;
  readonly #rules: Gauge;

  constructor() {
    const registers = [this.#registry];
    const counter = (name: string, help: string, labelNames: string[]) =>
      new Counter({ name, help, labelNames, registers });
    const histogram = (name: string, help: string, labelNames: string[]) =>
      new Histogram({ name, help, labelNames, registers, buckets: SECONDS });
    const gauge = (name: string, help: string, labelNames: string[]) =>
      new Gauge({ name, help, labelNames, registers });
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = counter('rest_client_requests_total', 'Requests to the API server.', ['code', 'method']);
    this.#requestSeconds = histogram('rest_client_request_duration_seconds', 'Time to the answer of a request.', [
      'verb',
    ]);
    this.#reconciles = counter('controller_runtime_reconcile_total', 'Reconciles by rule and result.', [
      'controller',
      'result',
    ]);
    this.#errors = counter('controller_runtime_reconcile_errors_total', 'Reconciles that failed.', ['controller']);
    this.#reconcileSeconds = histogram('controller_runtime_reconcile_time_seconds', 'Time of a reconcile.', [
      'controller',
    ]);
    this.#active = gauge('controller_runtime_active_workers', 'Reconciles that run now.', ['controller']);
    this.#outcomes = counter('opsonata_child_outcomes_total', 'What was done to children, by rule and result.', [
      'rule',
      'result',
    ]);
    this.#depth = gauge('workqueue_depth', 'Keys that wait for a worker.', ['name']);
    this.#adds = counter('workqueue_adds_total', 'Keys that were added.', ['name']);
    this.#retries = counter('workqueue_retries_total', 'Keys that came back after a failure.', ['name']);
    this.#queueSeconds = histogram('workqueue_queue_duration_seconds', 'Time that a key waited for a worker.', [
      'name',
    ]);
    this.#workSeconds = histogram('workqueue_work_duration_seconds', 'Time that a worker took for a key.', ['name']);
    this.#rules = gauge('opsonata_rules', 'Rules by state: running, missing (their kind is not served), broken.', [
      'state',
    ]);
  }

  /** Content and type of the /metrics page. */
  async page(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  request({ method, status, durationMs }: RequestFacts): void {
    this.#requests.inc({ code: status === 0 ? '<error>' : String(status), method });
    this.#requestSeconds.observe({ verb: method }, durationMs / 1000);
  }

  reconcileStarted(rule: string): void {
    this.#active.inc({ controller: rule });
  }

  reconcileEnded(rule: string, result: ReconcileResult, durationMs: number): void {
    this.#active.dec({ controller: rule });
    this.#reconciles.inc({ controller: rule, result });
    if (result === 'error') this.#errors.inc({ controller: rule });
    this.#reconcileSeconds.observe({ controller: rule }, durationMs / 1000);
  }

  outcome(rule: string, { result }: Outcome): void {
    this.#outcomes.inc({ rule, result });
  }

  rules(counts: { readonly running: number; readonly missing: number; readonly broken: number }): void {
    for (const [state, count] of Object.entries(counts)) this.#rules.set({ state }, count);
  }

  /** The observer of the workqueue. */
  queue(name: string): WorkqueueObserver {
    const labels = { name };
    return {
      added: (depth) => {
        this.#adds.inc(labels);
        this.#depth.set(labels, depth);
      },
      started: (waitedMs, depth) => {
        this.#queueSeconds.observe(labels, waitedMs / 1000);
        this.#depth.set(labels, depth);
      },
      finished: (tookMs) => this.#workSeconds.observe(labels, tookMs / 1000),
      retried: () => this.#retries.inc(labels),
    };
  }
}
