// Which models can be chatted with now. Pure.
import type { Choices, Model } from "./api";

const CLOSED = new Set(["no keys", "closed"]);

export function selectable({ models }: Choices): Model[] {
  const chats = ({ capabilities }: Model) =>
    capabilities.length === 0 || capabilities.includes("chat") || capabilities.includes("completions");
  return models.filter((model) => chats(model) && !CLOSED.has(model.status));
}

/** Whether nobody could say which of them have keys: the key server does not answer. */
export function areUnknown({ models }: Choices): boolean {
  return models.length > 0 && models.every((model) => model.status === "unknown");
}

export function byProvider(models: Model[]): [string, Model[]][] {
  const providers = [...new Set(models.map((model) => model.provider))];
  return providers.map((provider) => [provider, models.filter((model) => model.provider === provider)]);
}
