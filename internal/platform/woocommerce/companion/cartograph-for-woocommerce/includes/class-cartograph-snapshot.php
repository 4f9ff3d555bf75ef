<?php
/**
 * A cart as Cartograph is told of it.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * Reads WooCommerce's cart and customer; changes nothing.
 */
class Cartograph_Snapshot {

	/**
	 * Gives a time in UTC with milliseconds: two changes within one second have an order.
	 *
	 * @param float|null $at Unix time, now if null.
	 * @return string
	 */
	public static function time( $at = null ) {
		$at = null === $at ? microtime( true ) : $at;
		return gmdate( 'Y-m-d\TH:i:s', (int) $at ) . sprintf( '.%03dZ', (int) ( ( $at - floor( $at ) ) * 1000 ) );
	}

	/**
	 * Gives an amount as decimal text.
	 *
	 * @param mixed $amount A number or numeric text.
	 * @return string
	 */
	private static function amount( $amount ) {
		return (string) wc_format_decimal( $amount, wc_get_price_decimals() );
	}

	/**
	 * Gives the lines.
	 *
	 * Prices are as the shop enters them, with tax or without, as the REST API
	 * prints a product's price.
	 *
	 * @param WC_Cart $cart The cart.
	 * @return array
	 */
	public static function lines( $cart ) {
		$lines = array();
		foreach ( $cart->get_cart() as $line ) {
			$product = isset( $line['data'] ) ? $line['data'] : null;
			if ( ! $product instanceof WC_Product || $line['quantity'] <= 0 ) {
				continue;
			}
			$subtotal = (float) $line['line_subtotal'] + ( wc_prices_include_tax() ? (float) $line['line_subtotal_tax'] : 0.0 );
			$lines[]  = array(
				'product_id'   => (int) $line['product_id'],
				'variation_id' => (int) $line['variation_id'],
				'sku'          => (string) $product->get_sku(),
				'name'         => (string) $product->get_title(),
				'variation'    => $product->is_type( 'variation' ) ? wp_strip_all_tags( (string) wc_get_formatted_variation( $product, true, false ) ) : '',
				'category'     => self::category( (int) $line['product_id'] ),
				'quantity'     => $line['quantity'],
				'price'        => self::amount( $subtotal / $line['quantity'] ),
				'total'        => self::amount( $subtotal ),
				'url'          => (string) $product->get_permalink( $line ),
				'image'        => (string) wp_get_attachment_image_url( (int) $product->get_image_id(), 'woocommerce_thumbnail' ),
				'stock'        => $product->managing_stock() && ! $product->backorders_allowed() ? $product->get_stock_quantity() : null,
			);
		}
		return $lines;
	}

	/**
	 * Gives the name of a product's first category.
	 *
	 * @param int $product_id The product.
	 * @return string
	 */
	private static function category( $product_id ) {
		$terms = get_the_terms( $product_id, 'product_cat' );
		return is_array( $terms ) && $terms ? (string) reset( $terms )->name : '';
	}

	/**
	 * Gives what it takes to put the lines into a cart again.
	 *
	 * @param WC_Cart $cart The cart.
	 * @return array
	 */
	public static function contents( $cart ) {
		$contents = array();
		foreach ( $cart->get_cart() as $line ) {
			$contents[] = array(
				'product_id'   => (int) $line['product_id'],
				'variation_id' => (int) $line['variation_id'],
				'quantity'     => $line['quantity'],
				'variation'    => isset( $line['variation'] ) && is_array( $line['variation'] ) ? $line['variation'] : array(),
			);
		}
		return $contents;
	}

	/**
	 * Gives who fills the cart, as far as they said.
	 *
	 * @param WC_Customer|null $customer WooCommerce's customer.
	 * @param array            $typed What was typed at the checkout and not submitted yet.
	 * @return array
	 */
	public static function customer( $customer, $typed ) {
		$said  = static function ( $name ) use ( $customer, $typed ) {
			if ( ! empty( $typed[ $name ] ) ) {
				return (string) $typed[ $name ];
			}
			$getter = 'get_billing_' . $name;
			return $customer ? (string) $customer->$getter() : '';
		};
		$email = $said( 'email' );
		if ( '' === $email && is_user_logged_in() ) {
			$email = (string) wp_get_current_user()->user_email;
		}
		return array(
			'id'         => $customer ? (int) $customer->get_id() : 0,
			'email'      => $email,
			'phone'      => $said( 'phone' ),
			'first_name' => $said( 'first_name' ),
			'last_name'  => $said( 'last_name' ),
			'country'    => $said( 'country' ),
			'state'      => $said( 'state' ),
			'locale'     => determine_locale(),
			'device'     => wp_is_mobile() ? 'mobile' : 'desktop',
		);
	}

	/**
	 * Gives the whole cart, without its revision and the time of its change.
	 *
	 * @param array $session What the session knows of the cart: id, created_at, stage, typed, consent.
	 * @return array
	 */
	public static function cart( $session ) {
		$cart = WC()->cart;
		$told = array(
			'id'          => $session['id'],
			'created_at'  => $session['created_at'],
			'stage'       => $session['stage'],
			'currency'    => get_woocommerce_currency(),
			'total'       => $cart->is_empty() ? '0' : self::amount( $cart->get_total( 'edit' ) ),
			'items'       => self::lines( $cart ),
			'coupons'     => array_values( $cart->get_applied_coupons() ),
			'restore_url' => Cartograph_Restore::url( $session['id'] ),
			'customer'    => self::customer( WC()->customer, $session['typed'] ),
		);
		if ( $session['consent'] ) {
			$told['consent'] = array( 'email' => $session['consent'] );
		}
		return $told;
	}
}
