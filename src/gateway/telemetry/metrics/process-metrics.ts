/** What the process says of itself, beside the traffic. */

/** One family: each sample is its labels and its value. */
export interface ProcessMetric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** Numbers that others keep. `operations`, `commits`, `transactions` and `dropped` count from the start of the process. */
export interface ProcessNumbers {
  /** Of clients, on all threads. */
  readonly connections: number;
  readonly inFlight: number;
  /** Handled requests of the management API, by operation and status class (`2xx`). */
  readonly operations: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly commits: number;
  readonly transactions: number;
  readonly seriesRefused: number;
  /** Events that a telemetry destination did not take, by destination. */
  readonly dropped: ReadonlyMap<string, number>;
}

const microseconds = 1e6;

function one(name: string, type: ProcessMetric["type"], help: string, value: number): ProcessMetric {
  return { name, help, type, samples: [[{}, value]] };
}

export function processMetrics(numbers: ProcessNumbers): readonly ProcessMetric[] {
  const { user, system } = process.cpuUsage();
  return [
    one("stagewright_connections", "gauge", "Open connections of clients.", numbers.connections),
    one("stagewright_requests_in_flight", "gauge", "Connections with a request under way.", numbers.inFlight),
    {
      name: "stagewright_control_requests_total",
      help: "Requests to the management API by operation and class of status.",
      type: "counter",
      samples: [...numbers.operations].flatMap(([operation, statuses]) =>
        [...statuses].map(([status, value]) => [{ operation, status }, value] as const),
      ),
    },
    one("stagewright_store_commits_total", "counter", "Commits of the store, each with one fsync.", numbers.commits),
    one("stagewright_store_transactions_total", "counter", "Transactions in these commits.", numbers.transactions),
    one(
      "stagewright_metric_series_refused_total",
      "counter",
      "Series that were not kept because there are too many.",
      numbers.seriesRefused,
    ),
    {
      name: "stagewright_telemetry_dropped_total",
      help: "Log events, segments, spans and metric data that their destination did not take.",
      type: "counter",
      samples: [...numbers.dropped].map(([destination, value]) => [{ destination }, value] as const),
    },
    one("process_cpu_seconds_total", "counter", "CPU time of the process.", (user + system) / microseconds),
    one("process_resident_memory_bytes", "gauge", "Resident memory of the process.", process.memoryUsage.rss()),
    one(
      "process_start_time_seconds",
      "gauge",
      "When the process started, epoch seconds.",
      performance.timeOrigin / 1_000,
    ),
  ];
}
