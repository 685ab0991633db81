import { type LookupAddress, lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Resolves a name to all of its addresses, as `dns.lookup` with `all`. */
export type Resolve = (
  name: string,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** An address to which no webhook is sent. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/** IPv6 addresses of the internet (iana.org/assignments/ipv6-address-space). */
const GLOBAL_IPV6 = ipaddr.parseCIDR("2000::/3");

/**
 * Returns true for an address of the internet: it is in none of IANA's special ranges, such as private networks, link-local
 * addresses (with the metadata services of AWS), loopback, and IPv6 forms that carry an IPv4 address.
 */
export function isPublic(address: string): boolean {
  const parsed = parse(address);
  if (parsed?.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_IPV6);
}

/** Returns true for an address of this machine. */
export function isLoopback(address: string): boolean {
  return parse(address)?.range() === "loopback";
}

/** Returns an IPv4 address for one that IPv6 maps; undefined for a text that is no address. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}

/**
 * Throws for a URL whose host is an address that is not allowed. A connection to an address looks up no name, so that
 * {@link checkedLookup} would not see it.
 *
 * @throws {AddressRefused}
 */
export function requireAllowedHost({ hostname }: URL, isAllowed: (address: string) => boolean): void {
  const address = hostname.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0 && !isAllowed(address)) throw refused(address, address);
}

/**
 * Returns a lookup for a connection, which then goes to the addresses that were checked: a name that resolves to another address
 * a moment later changes nothing. One address that is not allowed refuses the name.
 */
export function checkedLookup(
  isAllowed: (address: string) => boolean,
  resolve: Resolve = (name, answer) => lookup(name, { all: true }, answer),
): LookupFunction {
  return (name, { all, family }, answer) => {
    resolve(name, (error, addresses) => {
      if (error) return answer(error, []);
      const other = addresses.find(({ address }) => !isAllowed(address));
      if (other) return answer(refused(name, other.address), []);
      const wanted = addresses.find((each) => (family !== 4 && family !== 6 ? true : each.family === family));
      if (all || !wanted) return answer(null, addresses);
      answer(null, wanted.address, wanted.family);
    });
  };
}

function refused(host: string, address: string): AddressRefused {
  const which = host === address ? address : `${host} resolves to ${address}, which`;
  return new AddressRefused(`${which} is not a public address`);
}
