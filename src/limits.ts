/**
 * Every quota of the service and every bound of our own, in one table.
 *
 * Sizes are bytes, times are milliseconds, unless a name says otherwise. A bound that the service documents cites the
 * fact book; the rest are ours, and exist so that no input can stall or exhaust the process.
 */
export const limits = {
  // --- the service's quotas: the stage (facts/stage.md 2.4)
  stagesPerApi: 10,
  stageNameLength: 128,
  stageVariables: 100,
  stageVariableNameLength: 64,
  stageVariableValueLength: 512,
  /** All of them as one JSON text: 100 names and values with their quotes, and some blanks. */
  stageVariablesText: 65_536,
  tagsPerResource: 50,
  tagKeyLength: 128,
  tagValueLength: 256,
  cacheTtlSeconds: 3600,
  /** Every verb of every resource that an API can have, and the wildcard. */
  methodSettings: 300 * 7 + 1,
  methodSettingKeyLength: 2_048,
  accessLogFormat: 3_072,

  // --- the service's quotas: the control plane (facts/stage.md 1.3, facts/control.md)
  pageSizeDefault: 25,
  pageSizeMaximum: 500,
  integrationTimeoutMinimum: 50,
  integrationTimeoutMaximum: 29_000,
  /** Of an integration whose answer is streamed. */
  streamTimeoutMaximum: 900_000,
  minimumCompressionSizeMaximum: 10_485_760,
  resourcesPerApi: 300,
  clientCertificates: 60,
  clientCertificateDays: 365,
  resourcePolicy: 8_192,
  vpcLinks: 20,
  domainNames: 120,
  privateDomainNames: 50,
  domainNameLength: 253,
  basePathMappings: 200,
  basePathLength: 300,
  domainNameAccessAssociations: 100,
  /** ApiKeys and UsagePlans of an account, and the plans that a key can belong to. */
  apiKeys: 10_000,
  usagePlans: 300,
  usagePlansPerApiKey: 10,
  apiKeyValueMinimum: 20,
  apiKeyValueMaximum: 128,
  /** A value in a file that is imported is at least this long (facts/control.md 12). */
  importedApiKeyValueMinimum: 30,
  /** Authorizers of a RestApi: the service's quota, and the longest time for which an answer of one is kept (facts/control.md 8). */
  authorizersPerApi: 10,
  authorizerTtlSeconds: 3_600,
  /** Days for which use is kept and shown. */
  usageDays: 90,

  // --- the service's quotas: the gateway (facts/runtime.md 14)
  payload: 10_485_760,
  headerValues: 10_240,
  accountRate: 10_000,
  accountBurst: 5_000,
  mappingTemplate: 307_200,
  requestTarget: 10_240,
  authorizerTimeout: 10_000,
  /** Of a method as policies name it, with the path that was asked for. */
  methodArn: 1_600,

  // --- our own bounds: HTTP/1.1 connections
  requestLine: 16_384,
  headerBlock: 32_768,
  headerCount: 200,
  responseHeaderBlock: 65_536,
  chunkSizeLine: 256,
  chunkExtensions: 16_384,
  informationalResponses: 16,
  unreadBodyDrain: 65_536,
  lingerTimeout: 2_000,
  /** What a client may still send behind the last reply; a reset before that would eat the reply. */
  lingerBytes: 33_554_432,
  trailerBlock: 8_192,
  headTimeout: 30_000,
  bodyIdleTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsPerListener: 20_000,
  /** A client that sends or reads slowly holds one of them, and so does a backend that takes its time. */
  connectionsPerOrigin: 4_096,
  queuedPerOrigin: 4_096,
  connectTimeout: 5_000,
  upstreamKeepAlive: 4_000,
  keepAliveMargin: 500,
  nonIdempotentReuse: 1_000,
  streamHighWater: 65_536,
  readBuffer: 65_536,
  drainTimeout: 30_000,
  /** Some versions of npm pass on a signal that the terminal has sent to both: within this time it is not a second one. */
  sameSignal: 500,

  // --- our own bounds: the gateway
  /** What an authorizer's function may answer; how deep its JSON may be nested. */
  authorizerAnswer: 65_536,
  authorizerAnswerDepth: 32,
  /** Results of authorizers that a thread keeps: those of one stage, and all. */
  authorizerResultsOfStage: 16_777_216,
  authorizerResults: 67_108_864,
  /** User pools whose keys a thread holds; the keys of one as JSON. */
  keySets: 100,
  keySet: 65_536,
  keySetTimeout: 5_000,
  /** How long keys are taken to be the pool's; an unknown one has them fetched earlier, but not more often than this. */
  keySetAge: 3_600_000,
  keySetPause: 30_000,
  /** How long a pool that showed no keys is not asked again. */
  keySetRetry: 1_000,
  /** An endpoint's body up to this is answered in one write. */
  shortBody: 65_536,
  /** An answer over this is not cached (facts/runtime.md 2.1). */
  cachedBody: 1_048_576,
  /** Requests that wait for another's answer to the same miss, and for how long. */
  cacheFollowers: 8_192,
  cacheWait: 30_000,
  /** So far ahead, milliseconds, may be the clock of the node that put an answer, or may the own one be set back. */
  cacheClockSlack: 60_000,
  /** What the bodies of a thread hold that are copied for the cache while they pass; what comes beside it is not kept. */
  cacheCopies: 67_108_864,
  /** Keys of the cache share the order of their refreshes where they meet in one of these. */
  cacheTurns: 65_536,
  /** Entries of an emptied cluster that are let go of at a time. */
  cacheSweep: 4_096,
  /** A shared Redis that does not answer for this long is away; pauses between two tries to connect; commands under way. */
  sharedTimeout: 500,
  /** After this long without any answer the connection is made anew; after this long without an error that it answers, it has none. */
  sharedSilence: 2_000,
  sharedRefusal: 5_000,
  sharedReconnectMinimum: 20,
  sharedReconnectMaximum: 1_000,
  sharedCommands: 100_000,
  /** Answers on their way to a shared Redis; what comes beside them is not kept. */
  sharedBytes: 67_108_864,
  /** An answer that took longer is not put into a shared Redis, which knows until then what began before a refresh. */
  sharedFill: 60_000,
  /** Entries that one command lets go of in a shared Redis. */
  sharedSweep: 256,
  /** How often a node and the shared Redis tell each other about token buckets that were asked meanwhile, and about others. */
  bucketExchange: 10,
  bucketIdleExchange: 500,
  /** Until when a bucket counts as in use, and a node as one that draws from it. */
  bucketInUse: 2_000,
  /** A node that was not heard of for this long is gone. */
  nodePresence: 8_000,
  /** Lines that a plane writes to the operator's log in a second. */
  logLines: 20,
  /** Iterations of one `#foreach`: the service's own quota (facts/mapping.md 4). */
  templateIterations: 1_000,
  /** What rendering a template may take: parts evaluated, with reading or making 32 characters counted as one. */
  templateSteps: 2_000_000,
  /** Characters of all texts that a rendering makes, its output included. */
  templateCharacters: 33_554_432,
  /** How deep a template's syntax, a value that it prints, and its macros' calls may be nested. */
  templateDepth: 50,
  templateValueDepth: 200,
  templateCalls: 20,
  /** How often a block of `#define` can be within itself: Velocity's own bound. */
  templateBlockDepth: 2,
  templateMacros: 100,
  templateRange: 10_000,
  templateNumberLength: 400,
  templateIntegerBits: 1_024,
  /** Compiled regular expressions that are kept, the length of each, and its size when repetitions are written out. */
  regexCache: 256,
  regexLength: 4_096,
  regexProgram: 20_000,
  regexDepth: 50,
  /** Places that a regular expression can go back to. */
  regexChoices: 1_000_000,
  /** JSON documents that templates and mappings read; the paths into them. */
  bodyJsonDepth: 200,
  bodyJsonValues: 500_000,
  jsonPathLength: 4_096,
  jsonPathDepth: 30,
  jsonPathCache: 256,
  /** What validating a body may take, and how deep schemas may lead: parts looked at, or steps of a pattern. */
  validationSteps: 2_000_000,
  validationDepth: 1_000,
  /** What is kept of what is wrong with a body. */
  validationViolations: 20,
  validationViolationLength: 1_024,
  /** What judging one request by a policy may take: characters compared (ten milliseconds at worst). */
  policySteps: 2_000_000,
  /** ApiKeys in UsagePlans: every key in as many as it can be in. */
  usageSlots: 100_000,
  /** How often use is stored: what is lost when the process dies. And documents that are stored at a time. */
  usageFlush: 1_000,
  usageBatch: 250,
  /** How long ago a thread may have read the clock that takes a token; a clock that is further back was set back. */
  bucketLateness: 1_000,
  /** Token buckets of all stages and usage plans together. */
  bucketSlots: 262_144,

  /** A test of a method or an authorizer that takes longer is given up, before a client of 60 seconds gives up waiting. */
  testInvokeTimeout: 50_000,
  /** Tests at once; each may hold a payload in both directions. */
  testInvocations: 32,

  /** Before a thread of the gateway that broke down is replaced. */
  workerRestartPause: 1_000,

  // --- logs: quotas of CloudWatch Logs (PutLogEvents) and Data Firehose (PutRecordBatch)
  logEvent: 262_118,
  logBatchEvents: 10_000,
  logBatch: 1_048_576,
  logEventOverhead: 26,
  logBatchSpan: 86_400_000,
  deliveryRecord: 1_024_000,
  deliveryBatchRecords: 500,
  deliveryBatch: 4_194_304,
  /** An event of an execution log, before ` [TRUNCATED]` (facts/runtime.md 5). */
  executionLogEvent: 1_024,

  // --- our own bounds: logs
  /** Memory of events of one kind of log that wait for their destination. */
  logQueueBytes: 33_554_432,
  /** What an event costs in memory beside its text, where it is kept by itself. */
  logEventCost: 128,
  logFileSize: 33_554_432,
  /** Of a group, rotated ones included. */
  logFiles: 5,
  /** Of all groups together: what was written to longest ago makes room. */
  logFolderFiles: 5_000,
  logFolderSize: 4_294_967_296,
  /** What is appended at once: each time costs as much as a hundred lines. */
  logFileBatch: 1_048_576,
  /** Buffers of lines that are kept for the next batch, of 64 KiB each. */
  logSpareBuffers: 64,
  /** What goes to another thread or to a daemon at once, so that neither is held up for long. */
  logHandOver: 262_144,
  /** How long an event waits for others to go with it. */
  logFilePause: 100,
  logBatchPause: 500,
  logRequestTimeout: 10_000,
  logRetryPause: 100,
  logRetryPauseMaximum: 30_000,
  logFlushTimeout: 5_000,
  /** Between two lines in the operator's log about dropped events. */
  logReportPause: 10_000,
  /** Names of groups that something is remembered about. */
  logNames: 10_000,

  // --- metrics and traces: quotas of CloudWatch (PutMetricData) and X-Ray
  metricBatchData: 1_000,
  /** Of a batch as JSON, before it is compressed: 1 MB at most, with what is around it. */
  metricBatch: 1_000_000,
  metricDimensionValue: 255,
  /** A segment document, as one datagram. */
  segment: 64_000,
  segmentName: 200,
  /** Characters of a URL or a user agent in it. */
  segmentText: 2_048,

  // --- our own bounds: metrics and traces
  /** Of APIs, stages and methods together, in a thread and in their sum. */
  metricSeries: 10_000,
  /** What methods may have of them: the rest is for APIs and stages. */
  metricSeriesOfMethods: 9_000,
  /** How long the main thread waits for the counts of the others. */
  metricsReportTimeout: 1_000,
  /** Series that are written as text before other work has its turn. */
  metricsTextChunk: 200,
  metricsRequestTimeout: 10_000,
  /** Stages share what they sample in a second where they meet in one of these. */
  samplingCells: 4_096,
  traceHeader: 512,
  spanBatch: 512,
  /** How long a span waits for others to go with it. */
  spanBatchPause: 1_000,
  segmentPause: 100,

  // --- our own bounds: the control plane
  /** The largest definition that can be imported (facts/control.md 1.1); no other request needs as much. */
  controlBody: 6_291_456,
  /** All of them that are being received at once: most callers are known only when their body is there. */
  controlBodies: 67_108_864,
  jsonDepth: 32,
  /** Values in a JSON body, twice what the longest list of patch operations has: millions would stall all traffic. */
  jsonValues: 10_000,
  patchOperations: 1_000,
  patchPathLength: 16_384,
  patchValueLength: 1_048_576,
  /** Paths and values of one request together: what it does is done at once, and some values are texts to be parsed. */
  patchLength: 2_097_152,
  echoedValue: 1_024,
  validationFailures: 100,
  clockSkew: 300_000,
  presignedLifetimeSeconds: 604_800,
  signingKeys: 16,
  signedHeaders: 100,

  // --- our own bounds: definitions, exports and SDKs
  /** Of a definition that is imported: how deep it may be nested, and its values, those that YAML aliases stand for included. */
  importDepth: 300,
  importValues: 1_000_000,
  /**
   * Definitions up to this are read at once, what is longer goes to a thread; YAML takes longer than JSON, by each character
   * that can be a token. So does one whose Methods come to more than this, characters of JSON.
   */
  importInline: 262_144,
  importInlineYaml: 32_768,
  importInlineTokens: 2_048,
  importInlineMethods: 262_144,
  /** Threads that read definitions, those that wait for one, how long one may take, and its heap in megabytes. */
  importThreads: 2,
  importQueue: 32,
  importTimeout: 60_000,
  importThreadHeap: 512,
  /** References that one leads to before it is called a circle. */
  importReferences: 32,
  /** Parameters, answers and headers of all operations together: many may refer to the same long list. */
  importEntries: 1_000_000,
  /** Resources of an API that is imported: the service's quota is one that accounts have raised. */
  importResources: 20_000,
  /** Models of an API that is imported, those of inline schemas included. */
  importModels: 10_000,
  /** Methods of a definition, which paths may share by reference: they are put at once. */
  importMethods: 50_000,
  /** Characters of JSON that a Method with its integration has at most beside what the definition says of it. */
  importDefaults: 1_000,
  /** Errors and warnings that are told, each. */
  importProblems: 100,
  /** Hexadecimal digits in the name of a Model that is made for an inline schema. */
  madeModelName: 6,
  /** Exports of up to so many objects are written at once; what is longer goes to a thread, with bounds as above. */
  exportInline: 3_000,
  exportThreads: 1,
  exportQueue: 32,
  exportTimeout: 30_000,
  exportThreadHeap: 1_024,
  /** Characters of an export, and of documentation in its entities: what is said of all methods is there in each of them. */
  exportText: 134_217_728,
  exportDocumentation: 67_108_864,
  /** A parameter of GetSdk, and the text of all files of an SDK. */
  sdkParameter: 65_536,
  sdkSize: 33_554_432,
  /** Operations of an SDK: imported APIs may have more, and no client would be of use. */
  sdkOperations: 10_000,
  /** Properties of a class: one with more is a map. */
  sdkProperties: 500,
  /** Classes of Models, and how deep these may lead to each other. */
  sdkClasses: 10_000,
  sdkTypeDepth: 500,
  /** SDKs that are generated at once, and those that wait; how long one may take, and the megabytes that it may use. */
  sdkThreads: 1,
  sdkQueue: 32,
  sdkTimeout: 30_000,
  sdkThreadHeap: 512,

  // --- our own bounds: what belongs to no RestApi
  /** A UsagePlan, characters of JSON. */
  usagePlan: 524_288,
  /** What an import of ApiKeys complains of, in messages. */
  apiKeyWarnings: 100,
  /** How long a VPC link is PENDING, and DELETING. */
  vpcLinkDuration: 250,
  /** Methods that are named when a VPC link cannot go. */
  namedReferences: 20,
  /** PEM texts of a domain name: a certificate, its chain, its private key. */
  domainCertificate: 32_768,
  domainCertificateChain: 262_144,
  domainPrivateKey: 16_384,

  // --- our own bounds: the store
  /** Transactions made durable by one fsync. */
  commitBatch: 1_024,
  /** How long a commit that failed counts for the next one, which nobody may make. */
  storeFailureAge: 30_000,
  /** How often a data dir that another process holds is tried, and the longest pause between two tries. */
  lockAttempts: 10,
  lockPause: 100,
  /** Documents that the store's thread hands over at a time when the store is opened. */
  loadChunk: 1_024,

  // --- our own bounds: what a RestApi's parts may hold (texts in characters, maps and lists in entries)
  nameLength: 1_024,
  descriptionLength: 125_000,
  pathPartLength: 256,
  mapEntries: 500,
  /** A Method with its Integration and all responses, characters of JSON. */
  method: 4_194_304,
  /** All Methods of a RestApi, characters of JSON: what a deployment writes, and a list of embedded methods answers, at once. */
  restApiMethods: 16_777_216,
  /** RequestValidators and Models of a RestApi. */
  requestValidators: 300,
  models: 1_000,
  /** A Model's schema, and those of all Models of a RestApi together. */
  modelSchema: 409_600,
  restApiModels: 16_777_216,
  modelSchemaDepth: 100,
  modelJsonDepth: 250,
  /** DocumentationParts of a RestApi; what one says, how deep, and what all say together: a DocumentationVersion keeps it. */
  documentationParts: 2_000,
  documentationProperties: 409_600,
  documentationDepth: 100,
  restApiDocumentation: 6_291_456,
  /** A GatewayResponse, characters of JSON. */
  gatewayResponse: 1_048_576,
  schemaPatternLength: 1_024,
  sampleTemplateParts: 2_000,
  mapKeyLength: 1_024,
  mapValueLength: 10_240,
  integrationUriLength: 8_192,
  selectionPatternLength: 1_024,
  /** States of a pattern's automaton, and steps that testing one text may take. */
  selectionPatternStates: 4_096,
  selectionPatternSteps: 1_000_000,
} as const;
