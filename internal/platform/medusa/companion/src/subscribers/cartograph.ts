import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { settings } from "../cartograph/message"
import { tellCartograph } from "../workflows/tell-cartograph"

type Named = { id: string }

/**
 * Hands what happened to the workflow that tells Cartograph. It never throws and
 * never waits for the network: a shopper's request has long been answered.
 */
export default async function cartograph({ event, container }: SubscriberArgs<Named | Named[]>): Promise<void> {
  if (!settings()) {
    return
  }
  const at = new Date().toISOString()
  for (const { id } of Array.isArray(event.data) ? event.data : [event.data]) {
    try {
      await tellCartograph(container).run({ input: { event: event.name, id, at } })
    } catch (error) {
      container.resolve(ContainerRegistrationKeys.LOGGER).error(`cartograph: ${event.name} could not be handed over: ${error}`)
    }
  }
}

export const config: SubscriberConfig = {
  event: [
    "cart.created", "cart.updated", "cart.customer_updated", "cart.region_updated", "cart.customer_transferred",
    "order.placed", "order.updated", "order.canceled", "order.completed", "order.return_received", "payment.refunded",
    "customer.deleted",
  ],
  context: { subscriberId: "cartograph" },
}
