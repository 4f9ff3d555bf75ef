import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { internal_getRequestContext, Order } from '@vendure/core';
import { Observable, tap } from 'rxjs';
import { TellerService } from './teller.service';

/** Mutations of the Shop API that change an order without an event on the bus. */
const quiet = new Set([
    'setCustomerForOrder', 'setOrderShippingAddress', 'setOrderBillingAddress', 'unsetOrderShippingAddress', 'unsetOrderBillingAddress',
    'setOrderShippingMethod',
]);

/** Tells of those too. It acts after the mutation and its transaction are done. */
@Injectable()
export class QuietMutationsInterceptor implements NestInterceptor {
    constructor(private teller: TellerService) {}

    intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        if (context.getType<string>() !== 'graphql') {
            return next.handle();
        }
        const gql = GqlExecutionContext.create(context);
        const info = gql.getInfo();
        if (info?.parentType?.name !== 'Mutation' || !quiet.has(info.fieldName)) {
            return next.handle();
        }
        return next.handle().pipe(
            tap(result => {
                // Vendure's own interceptor gives the promise of a transaction's end.
                Promise.resolve(result).then(order => {
                    const ctx = internal_getRequestContext(gql.getContext().req);
                    if (order instanceof Order && ctx) {
                        this.teller.happened(info.fieldName, ctx, { order: order.id });
                    }
                }, () => undefined);
            }),
        );
    }
}
