// The functions that rules have beside JSONata's.

import { entry, fails, type Group, gives } from './function-entry.ts';

const status = {
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Synced', status: 'False' },
    ],
  },
};
const tiers = { selector: { matchLabels: { app: 'shop' } }, labels: { app: 'shop', tier: 'web' } };

const objects: Group = {
  title: 'Kubernetes: objects and names',
  isOfJsonata: false,
  entries: [
    entry(
      '$hash(value) -> text',
      '16 hexadecimal digits that change with the value; the order of keys does not count. Not a secret: a hash of a short password gives it away.',
      [gives('$hash({"a": 1, "b": 2}) = $hash({"b": 2, "a": 1})', true), gives('$hash("")', '66902a1a896490d0')],
    ),
    entry(
      '$dnsName(text, length?) -> text',
      'A valid object name made of any text, at most 63 or `length` characters; what had to be cut is marked with a hash.',
      [gives('$dnsName("My App!")', 'my-app'), gives('$length($dnsName($pad("a", 100, "a"), 20))', 20)],
    ),
    entry(
      '$randomPassword(length) -> text',
      '8 to 256 letters and digits that nobody can guess. Only in the content of a child with `write: once`: anywhere else the value would be another one each time.',
      [gives('$length($randomPassword(24))', 24), fails('$randomPassword(4)', 'U1018')],
    ),
    entry('$condition(object, type) -> object', 'The condition of that type in the status of an object.', [
      gives('$condition($, "Ready").status = "True"', true, status),
      gives('$condition($, "Paused")', undefined, status),
    ]),
    entry(
      '$selects(selector, labels?) -> boolean',
      'Whether a label selector, with `matchLabels` and `matchExpressions`, chooses an object with these labels; an empty selector chooses all.',
      [
        gives('$selects(selector, labels)', true, tiers),
        gives(
          '$selects({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["web"]}]}, labels)',
          false,
          tiers,
        ),
        fails('$selects({"app": "shop"}, labels)', 'U1015', tiers),
      ],
    ),
    entry(
      '$imageParts(text) -> object',
      'The parts of the name of a container image, as far as they are written: name, registry, repository, tag, digest.',
      [
        gives('$imageParts("ghcr.io/example/app:1.2")', {
          name: 'ghcr.io/example/app',
          registry: 'ghcr.io',
          repository: 'example/app',
          tag: '1.2',
        }),
        gives('$imageParts("postgres:16").tag', '16'),
        fails('$imageParts("My App")', 'U1016'),
      ],
    ),
  ],
};

const structure: Group = {
  title: 'Any value',
  isOfJsonata: false,
  entries: [
    entry('$any(value) -> value', 'The value unchanged; says that its type is not to be checked.', [
      gives('$any(spec.extra).size', 3, { spec: { extra: { size: 3 } } }),
    ]),
    entry(
      '$range(from, to, step?) -> array',
      'The numbers from `from` up to, but not including, `to`; always an array, also of one or none.',
      [gives('$range(0, 3)', [0, 1, 2]), gives('$range(3, 0, -1)', [3, 2, 1]), gives('$range(0, 0)', [])],
    ),
    entry(
      '$mergeDeep(object, patch) -> object',
      'The object changed by a JSON merge patch: objects merge, null removes, anything else replaces. Without a patch it stays.',
      [
        gives('$mergeDeep({"a": {"b": 1, "c": 2}}, {"a": {"b": null, "d": 3}})', { a: { c: 2, d: 3 } }),
        gives('$mergeDeep({"list": [1, 2]}, {"list": [3]})', { list: [3] }),
      ],
    ),
    entry('$toJson(value) -> text', 'JSON text with sorted keys.', [
      gives('$toJson({"b": 1, "a": [true]})', '{"a":[true],"b":1}'),
    ]),
    entry('$fromJson(text) -> value', 'The value of JSON text.', [
      gives('$fromJson(data.config).port', 80, { data: { config: '{"port": 80}' } }),
      fails('$fromJson("{")', 'U1013'),
    ]),
    entry('$toYaml(value) -> text', 'YAML text with sorted keys, as kubectl prints it; ends with a line break.', [
      gives('$toYaml({"name": "web", "ports": [80, 443]})', 'name: web\nports:\n- 80\n- 443\n'),
      gives('$toYaml({"on": "yes", "script": "a\\nb\\n"})', '"on": "yes"\nscript: |\n  a\n  b\n'),
    ]),
  ],
};

const quantities: Group = {
  title: 'Kubernetes: quantities',
  isOfJsonata: false,
  entries: [
    entry(
      '$quantity(quantity) -> number',
      'How much a quantity is in base units: cores, or bytes. All functions on quantities take texts and numbers.',
      [
        gives('$quantity("500m")', 0.5),
        gives('$floor($quantity(spec.memory) * 0.25 / $quantity("1Mi")) & "MB"', '1024MB', { spec: { memory: '4Gi' } }),
        fails('$quantity("4 GB")', 'U1006'),
      ],
    ),
    entry('$quantityText(quantity) -> text', 'A quantity as the API server writes it.', [
      gives('$quantityText("1024Mi")', '1Gi'),
      gives('$quantityText(0.1 + 0.2)', '300m'),
    ]),
    entry(
      '$quantityCompare(first, second) -> number',
      '-1, 0 or 1: whether the first is smaller, as large, or larger.',
      [gives('$quantityCompare("1Gi", "1G")', 1), gives('$quantityCompare("1000m", 1)', 0)],
    ),
    entry('$quantityAdd(first, second) -> text', 'The exact sum, written like the first, unless that is zero.', [
      gives('$quantityAdd("1Gi", "512Mi")', '1536Mi'),
      gives('$reduce(cpus, $quantityAdd, "0")', '1750m', { cpus: ['500m', '1', '250m'] }),
    ]),
    entry(
      '$quantityScale(quantity, factor) -> text',
      'The quantity times a number. What is written in powers of 1024 is rounded up to whole bytes.',
      [
        gives('$quantityScale("3Gi", 1.5)', '4608Mi'),
        gives('$quantityScale("500m", 3)', '1500m'),
        gives('$quantityScale("1Gi", 0.7)', '751619277'),
      ],
    ),
  ],
};

const versions: Group = {
  title: 'Kubernetes: versions',
  isOfJsonata: false,
  entries: [
    entry('$semver(text) -> object', 'The parts of a semantic version; a `v` in front of it is fine.', [
      gives('$semver("v1.36.3-rc.1")', {
        major: 1,
        minor: 36,
        patch: 3,
        prerelease: ['rc', 1],
        build: [],
        text: '1.36.3-rc.1',
      }),
      fails('$semver("16.2")', 'U1007'),
    ]),
    entry(
      '$semverCompare(first, second) -> number',
      '-1, 0 or 1: whether the first is older, the same, or newer; what stands behind `+` does not count.',
      [gives('$semverCompare("1.9.0", "1.10.0")', -1), gives('$semverCompare("1.0.0", "1.0.0-rc.1")', 1)],
    ),
    entry(
      '$semverSatisfies(version, range) -> boolean',
      'Whether a version is within a range, in the notation of npm; a prerelease is only within a range that names one of the same version.',
      [
        gives('$semverSatisfies("1.31.2", ">=1.30 <2")', true),
        gives('$semverSatisfies("2.0.0-rc.1", "^2.0.0")', false),
      ],
    ),
  ],
};

const times: Group = {
  title: 'Kubernetes: durations and times',
  isOfJsonata: false,
  entries: [
    entry(
      '$duration(text) -> number',
      "How many seconds a duration is: Go's notation with the units h, m, s, ms, us and ns, and d for 24 hours.",
      [gives('$duration("1h30m")', 5400), gives('$duration("7d")', 604_800), fails('$duration("1 hour")', 'U1009')],
    ),
    entry('$durationText(seconds) -> text', "A number of seconds in Go's notation, as the API server writes it.", [
      gives('$durationText(5400)', '1h30m0s'),
      gives('$durationText(0.25)', '250ms'),
    ]),
    entry(
      '$timeAdd(time, duration) -> text',
      'The time, in RFC 3339 and UTC, that is a duration later; the duration is a text, or a number of seconds.',
      [
        gives('$timeAdd("2028-02-28T12:00:00Z", "1d")', '2028-02-29T12:00:00Z'),
        gives('$timeAdd("2026-01-01T00:30:00+01:00", -60)', '2025-12-31T23:29:00Z'),
        fails('$timeAdd("yesterday", "1h")', 'U1010'),
      ],
    ),
    entry(
      '$timeSince(later, earlier) -> number',
      'How many seconds lie between two times; `$now` is the time of the evaluation.',
      [
        gives('$timeSince("2026-03-01T00:00:00Z", metadata.creationTimestamp) > $duration("1d")', true, {
          metadata: { creationTimestamp: '2026-02-27T00:00:00Z' },
        }),
        gives('$timeSince("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.5Z")', -1.5),
      ],
    ),
  ],
};

const addresses: Group = {
  title: 'Kubernetes: addresses',
  isOfJsonata: false,
  entries: [
    entry(
      '$cidr(text) -> object',
      'What a block of addresses of IPv4 or IPv6 is made of; `first` and `last` are its outermost addresses.',
      [
        gives('$cidr("10.1.2.3/16")', {
          address: '10.1.2.3',
          prefix: 16,
          network: '10.1.0.0/16',
          netmask: '255.255.0.0',
          first: '10.1.0.0',
          last: '10.1.255.255',
          size: 65_536,
          family: 4,
        }),
        gives('$cidr("FD00:0:0::1/64").network', 'fd00::/64'),
        fails('$cidr("10.0.0.0")', 'U1011'),
      ],
    ),
    entry(
      '$cidrContains(block, addressOrBlock) -> boolean',
      'Whether an address, or a whole block, lies within a block.',
      [gives('$cidrContains("10.0.0.0/8", "10.200.0.0/16")', true), gives('$cidrContains("10.0.0.0/8", "::1")', false)],
    ),
    entry(
      '$cidrHost(block, number) -> text',
      'The address of that number in a block, counted from 0, or from the end where it is negative.',
      [
        gives('$cidrHost("10.96.0.0/12", 10)', '10.96.0.10'),
        gives('$cidrHost("10.0.0.0/24", -1)', '10.0.0.255'),
        fails('$cidrHost("10.0.0.0/24", 256)', 'U1012'),
      ],
    ),
    entry(
      '$cidrSubnet(block, bits, number) -> text',
      'The block of that number among those with so many more bits of prefix.',
      [
        gives('$cidrSubnet("10.0.0.0/16", 8, 3)', '10.0.3.0/24'),
        gives('$cidrSubnet("fd00::/48", 16, 1)', 'fd00:0:0:1::/64'),
      ],
    ),
  ],
};

/** Objects, any value, quantities, versions, times and addresses. */
export const kubernetesGroups: readonly Group[] = [objects, structure, quantities, versions, times, addresses];
