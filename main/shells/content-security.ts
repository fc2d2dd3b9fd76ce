/** The security headers of the window's page: the same in both shells but for the web shell's own socket. */
import { randomBytes } from 'node:crypto';

export const createNonce = (): string => randomBytes(16).toString('base64');

/** `socket`: the one address the page may connect to; null: none. */
export function contentSecurityPolicy(nonce: string, socket: string | null): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    // The component library inserts a few style elements; each carries this load's nonce.
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `media-src 'self'`,
    `connect-src ${socket ?? `'none'`}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

export function securityHeaders(nonce: string, socket: string | null): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(nonce, socket),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
  };
}
