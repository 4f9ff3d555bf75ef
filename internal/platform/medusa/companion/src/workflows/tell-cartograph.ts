import { createStep, createWorkflow, StepResponse, WorkflowData, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { body, cartFields, Happened, orderFields, post, settings } from "../cartograph/message"

/**
 * Reads the cart, order or customer as it is now and posts it. It runs in the
 * background and is tried again every minute for half an hour by Medusa's
 * workflow engine: with the Redis engine that outlives a restart. What is posted
 * later is read anew, so it is never older than what was posted before.
 */
const tellStep = createStep(
  { name: "tell-cartograph", async: true, maxRetries: 30, retryInterval: 60 },
  async (happened: Happened, { container }) => {
    const logger = container.resolve(ContainerRegistrationKeys.LOGGER)
    const query = container.resolve(ContainerRegistrationKeys.QUERY)
    const s = settings()
    if (!s) {
      return new StepResponse("switched off")
    }
    const refused = (why: string) => logger.error(`cartograph: ${happened.event} was refused and is not tried again: ${why}`)
    if (happened.event === "customer.deleted") {
      await post(s, body(s, happened, "customer", { id: happened.id }), refused)
      return new StepResponse("told")
    }
    if (happened.event === "payment.refunded") {
      const { data } = await query.graph({ entity: "payment", fields: ["payment_collection.order.id"], filters: { id: happened.id } })
      const order = (data[0] as any)?.payment_collection?.order?.id
      if (!order) {
        return new StepResponse("no order")
      }
      happened = { ...happened, id: order }
    }
    const kind = happened.event.startsWith("cart.") ? "cart" : "order"
    const { data } = await query.graph({ entity: kind, fields: kind === "cart" ? cartFields : orderFields, filters: { id: happened.id } })
    if (!data[0]) {
      return new StepResponse("gone")
    }
    await post(s, body(s, happened, kind, data[0]), refused)
    return new StepResponse("told")
  }
)

export const tellCartograph = createWorkflow("tell-cartograph", (happened: WorkflowData<Happened>) => {
  return new WorkflowResponse(tellStep(happened))
})
