import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, Order, OrderService, Permission, RequestContext, SessionService, Transaction } from '@vendure/core';
import gql from 'graphql-tag';
import { CartographOptions, isCartKey } from './message';
import { OPTIONS } from './options';

export const shopApiExtensions = gql`
    extend type Mutation {
        "Makes the cart of a reminder's link the session's own. Null where it cannot be: it was bought or deleted, or its owner has to sign in first."
        takeUpCart(code: String!, key: String!): Order
    }
`;

/** The way back to a cart, on any device. */
@Resolver()
export class TakeUpResolver {
    constructor(
        @Inject(OPTIONS) private options: CartographOptions,
        private orders: OrderService,
        private sessions: SessionService,
    ) {}

    @Mutation()
    @Transaction()
    @Allow(Permission.Owner)
    async takeUpCart(@Ctx() ctx: RequestContext, @Args() args: { code: string; key: string }): Promise<Order | undefined> {
        if (!this.options.secret || !isCartKey(this.options.secret, args.code, args.key) || !ctx.session) {
            return undefined;
        }
        const order = await this.orders.findOneByCode(ctx, args.code, [
            'customer', 'customer.user', 'lines', 'lines.productVariant', 'lines.featuredAsset', 'shippingLines', 'surcharges',
        ]);
        const owner = order?.customer?.user?.id;
        if (!order?.active || (owner !== undefined && owner !== ctx.activeUserId)) {
            return undefined;
        }
        await this.sessions.setActiveOrder(ctx, ctx.session, order);
        return order;
    }
}
