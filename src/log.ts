/** The operator's log: JSON lines on stderr, so that stdout has the ready line alone. */
import { pino } from "pino";

export const log = pino({ name: "stagewright", level: "info" }, pino.destination({ fd: 2, sync: true }));
