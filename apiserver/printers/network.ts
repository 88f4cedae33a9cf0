// Tables of networking, and the text for the addresses of a load balancer.

import { getIn, isObject, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { AGE, column, NAME, objectsIn, type Printer, selectorText, shortened, textOr } from './printer.ts';

const MOST = 3;

/** Tables of networking, by `apiVersion/kind`. */
export const NETWORK_PRINTERS: { readonly [kind: string]: Printer } = {
  'networking.k8s.io/v1/Ingress': [
    NAME,
    column('Class', (object) => textOr('<none>', object, 'spec', 'ingressClassName')),
    column('Hosts', hostsText),
    column('Address', loadBalancerText),
    column('Ports', (object) => (listIn(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
    AGE,
  ],
  'networking.k8s.io/v1/IngressClass': [
    NAME,
    column('Controller', (object) => textIn(object, 'spec', 'controller')),
    column('Parameters', (object) => {
      const parameters = objectIn(object, 'spec')['parameters'];
      if (!isObject(parameters)) return '<none>';
      const group = textIn(parameters, 'apiGroup');
      return `${textIn(parameters, 'kind')}${group === '' ? '' : `.${group}`}/${textIn(parameters, 'name')}`;
    }),
    AGE,
  ],
  'networking.k8s.io/v1/NetworkPolicy': [
    NAME,
    column('Pod-Selector', (object) => selectorText(getIn(object, 'spec', 'podSelector'))),
    AGE,
  ],
  'discovery.k8s.io/v1/EndpointSlice': [
    NAME,
    column('AddressType', (object) => textIn(object, 'addressType')),
    column('Ports', (object) => {
      const ports = objectsIn(object, 'ports').map((port) => textOr(textOr('*', port, 'name'), port, 'port'));
      return ports.length === 0 ? '<unset>' : shortened(ports, ',', MOST);
    }),
    column('Endpoints', (object) => {
      const addresses = objectsIn(object, 'endpoints').flatMap((one) => listIn(one, 'addresses').map(String));
      return addresses.length === 0 ? '<unset>' : shortened(addresses, ',', MOST);
    }),
    AGE,
  ],
};

/** The addresses of the load balancer in a status; empty where there are none. */
export function loadBalancerText(object: JsonObject): string {
  const addresses = objectsIn(object, 'status', 'loadBalancer', 'ingress').map(
    (one) => textIn(one, 'ip') || textIn(one, 'hostname'),
  );
  return [...new Set(addresses.filter((one) => one !== ''))].sort().join(',');
}

function hostsText(ingress: JsonObject): string {
  const hosts = objectsIn(ingress, 'spec', 'rules')
    .map((rule) => textIn(rule, 'host'))
    .filter((host) => host !== '');
  return hosts.length === 0 ? '*' : shortened(hosts, ',', MOST);
}
