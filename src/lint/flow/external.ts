import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { calledFunction, type KnownFunction } from './functions.ts';
import { originPackage } from './origins.ts';
import { type CallNode, calleeText, isCall, isFunction, methodCall } from './syntax.ts';
import { isWaitedFor } from './waits.ts';

/** Packages whose calls wait for another service: HTTP clients, and the SDKs of payment, mail, storage and AI services. */
const services =
  /^(?:fetch|(?:node:)?https?|axios|node-fetch|cross-fetch|isomorphic-fetch|undici|got|ky|superagent|request|request-promise(?:-native)?|needle|phin|soap|@nestjs\/axios|@grpc\/grpc-js|stripe|braintree|square|razorpay|@paypal\/.+|iamport(?:-[\w-]+)?|@portone\/.+|@iamport\/.+|@tosspayments\/.+|aws-sdk|@aws-sdk\/.+|@google-cloud\/.+|googleapis|firebase-admin(?:\/.+)?|@azure\/.+|minio|twilio|nodemailer|@sendgrid\/.+|mailgun(?:\.js|-js)|postmark|resend|@slack\/.+|openai|@anthropic-ai\/sdk|@octokit\/.+|web-push|telegraf|node-telegram-bot-api|getstream|stream-chat|@getstream\/.+|ethers|viem|web3|@polkadot\/api|@solana\/web3\.js|@stellar\/stellar-sdk|plaid|algoliasearch|@elastic\/elasticsearch|@supabase\/supabase-js|ipfs-http-client|@octokit\/core|cloudinary|onesignal-node|@onesignal\/.+|@mailchimp\/.+|@hubspot\/.+)(?:\/.*)?$/;

/** Packages that only describe what services send. */
const onlyTypes = /^@types\/|[/-]types$/;

const isService = (name: string | undefined) => name !== undefined && services.test(name) && !onlyTypes.test(name);

/** Methods of them, and of the lists and texts that they send, which ask nobody. */
const asksNobody =
  /^(?:then|catch|finally|json|text|pipe|subscribe|toPromise|create\w*Client|isAxiosError|isCancel|extend|constructEvent|createTransport|fromEnv|getSignedUrl|map|flatMap|filter|find|findIndex|some|every|includes|indexOf|forEach|reduce|join|slice|sort|concat|split|trim|replace\w*|startsWith|endsWith|toString|(?:parse|format|encode|decode|hash|is)[A-Z]\w*|keccak256|toWei|fromWei|fromXDR|build)$/;

/** A call that waits for another service. */
export interface ExternalCall {
  /** What is called, for a message: `axios.post`. */
  readonly callee: string;
  readonly service: string;
  /** Where a function of the project makes the call, if it is not this one. */
  readonly through?: { readonly file: CodeFile; readonly call: CallNode };
}

/** Functions between the call in hand and the one that asks the service. */
const mostHops = 2;

/** What another service is asked by this call, by itself or in a function of the project that it calls. */
export function externalCall(
  code: AnalysedCode,
  call: CallNode,
  ownNames: readonly string[],
): ExternalCall | undefined {
  const { file } = code;
  if (!isWaitedFor(file, call)) return undefined;
  const direct = directCall(code, file, call, ownNames);
  if (direct) return direct;
  const through = throughFunction(code, calledFunction(code, file, call), ownNames, mostHops);
  return through && { ...through, callee: calleeText(file, call) };
}

function directCall(
  code: AnalysedCode,
  file: CodeFile,
  call: CallNode,
  ownNames: readonly string[],
): ExternalCall | undefined {
  const callee = calleeText(file, call);
  if (ownNames.some((name) => callee === name || callee.endsWith(`.${name}`))) return { callee, service: callee };
  const method = methodCall(call);
  if (call.type === 'NewExpression' || asksNobody.test(method?.method ?? '')) return undefined;
  // `axios.create()` makes a client; `stripe.charges.create()` asks.
  if (method?.method === 'create' && method.object.type !== 'MemberExpression') return undefined;
  const service = [originPackage(file, call.callee), code.packageOf(call.callee, file)].find(isService);
  return service === undefined ? undefined : { callee, service };
}

const known = new WeakMap<Node, ExternalCall | null>();

function throughFunction(
  code: AnalysedCode,
  found: KnownFunction | undefined,
  ownNames: readonly string[],
  hops: number,
): ExternalCall | undefined {
  if (!found?.fn.body || hops === 0) return undefined;
  const remembered = known.get(found.fn);
  if (remembered !== undefined) return remembered ?? undefined;
  known.set(found.fn, null);
  let external: ExternalCall | undefined;
  walk(found.fn.body, (node) => {
    if (external || isFunction(node)) return false;
    if (!isCall(node) || !isWaitedFor(found.file, node)) return true;
    external =
      directCall(code, found.file, node, ownNames) ??
      throughFunction(code, calledFunction(code, found.file, node), ownNames, hops - 1);
    if (external) external = { through: { file: found.file, call: node }, ...external };
    return true;
  });
  known.set(found.fn, external ?? null);
  return external;
}
