/** nginx as a peer: one process, keep-alive to the backend, a rate limit that is kept but never reached. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../test/support/free-port.ts";
import { type Started, startListening } from "../support/process.ts";

/** What nginx does to a request beside passing it on; the gateway does all of it. */
export interface NginxWork {
  /** A token bucket a request. */
  readonly limit?: boolean;
  /** X-Forwarded-For, -Port and -Proto to the backend, and a request id to the client. */
  readonly headers?: boolean;
  /** A line of JSON a request, with what the gateway's common format has. */
  readonly accessLog?: boolean;
  /** Every answer is kept, and nearly all come from there. */
  readonly cache?: boolean;
}

const headers = `
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Port $server_port;
      proxy_set_header X-Forwarded-Proto $scheme;
      add_header x-amzn-RequestId $request_id;`;

/** Buffered, as who cares for speed sets it. */
const accessLog = (folder: string): string => `
  log_format json escape=json '{"requestId":"$request_id","ip":"$remote_addr","requestTime":"$time_local",'
    '"httpMethod":"$request_method","path":"$uri","status":"$status","protocol":"$server_protocol",'
    '"responseLength":"$body_bytes_sent","responseLatency":"$request_time"}';
  access_log ${folder}/access.log json buffer=64k flush=1s;`;

const cache = (folder: string): string => `proxy_cache_path ${folder}/cache keys_zone=answers:1m;`;

const config = (folder: string, port: number, backendPort: number, work: NginxWork): string => `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  ${work.accessLog === true ? accessLog(folder) : "access_log off;"}
  ${work.cache === true ? cache(folder) : ""}
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 100000000;
  limit_req_zone $server_name zone=stage:1m rate=1000000r/s;
  upstream backend {
    server 127.0.0.1:${backendPort};
    keepalive 256;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      ${work.limit === true ? "limit_req zone=stage burst=1000000 nodelay;" : ""}
      ${work.cache === true ? "proxy_cache answers; proxy_cache_valid 200 1h;" : ""}
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      ${work.headers === true ? headers : ""}
    }
  }
}
`;

/** Starts nginx before the backend; its folder goes when it is stopped. */
export async function startNginx(backendPort: number, work: NginxWork): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), "stagewright-nginx-"));
  const port = await freePort();
  const file = join(folder, "nginx.conf");
  await mkdir(join(folder, "logs"));
  await writeFile(file, config(folder, port, backendPort, work));
  const nginx = await startListening("nginx", ["-p", folder, "-c", file], port);
  return {
    ...nginx,
    stop: async () => {
      await nginx.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
