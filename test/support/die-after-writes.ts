// A module for `node --import` that ends the process without a word when the answer to its n-th write arrives, whatever
// else it is at: by itself, so that no other process has to be fast enough.

/** The address of the module. Dry runs are no writes. */
export function dieAfterWrites(count: number): string {
  return `data:text/javascript,${encodeURIComponent(MODULE.replace('COUNT', String(count)))}`;
}

const MODULE = `
import http2 from 'node:http2';
import { syncBuiltinESMExports } from 'node:module';

let left = COUNT;
const { connect } = http2;
http2.connect = (...args) => {
  const session = connect(...args);
  const { request } = session;
  session.request = (headers, ...more) => {
    const stream = request.call(session, headers, ...more);
    if (headers[':method'] !== 'GET' && !headers[':path'].includes('dryRun='))
      stream.once('response', () => {
        left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGKILL');
      });
    return stream;
  };
  return session;
};
syncBuiltinESMExports();
`;
