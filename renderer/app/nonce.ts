/** The nonce of this load: the few style elements that libraries insert carry it, or the policy refuses them. */
import { setNonce } from 'get-nonce';

const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
export const styleNonce = meta?.nonce ?? '';
if (styleNonce !== '') setNonce(styleNonce);
