<?php
/**
 * The checkout, in both of its forms: the classic one and the block.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * Hears who the shopper is, asks for consent, and links the order to its cart.
 */
class Cartograph_Checkout {

	const CART_META = '_cartograph_cart_id';
	const BOX_META  = '_cartograph_reminders';
	const BOX_FIELD = 'cartograph/reminders';

	/**
	 * Hooks the checkout.
	 */
	public static function hook() {
		// The classic checkout.
		add_action( 'wp_enqueue_scripts', array( __CLASS__, 'script' ) );
		add_action( 'wc_ajax_cartograph_contact', array( __CLASS__, 'contact' ) );
		add_action( 'woocommerce_after_checkout_billing_form', array( __CLASS__, 'box' ), 10, 0 );
		add_action( 'woocommerce_checkout_create_order', array( __CLASS__, 'classic_order' ), 10, 1 );
		add_action( 'woocommerce_checkout_order_processed', array( __CLASS__, 'made' ), 10, 1 );
		// The block.
		add_action( 'woocommerce_init', array( __CLASS__, 'field' ) );
		add_action( 'woocommerce_set_additional_field_value', array( __CLASS__, 'ticked' ), 10, 4 );
		add_action( 'woocommerce_store_api_cart_update_customer_from_request', array( __CLASS__, 'reached' ), 10, 0 );
		add_action( 'woocommerce_store_api_checkout_update_order_meta', array( __CLASS__, 'block_order' ), 10, 1 );
		add_action( 'woocommerce_store_api_checkout_order_processed', array( __CLASS__, 'made' ), 10, 1 );
	}

	/**
	 * Notes that the shopper is at the checkout.
	 */
	public static function reached() {
		Cartograph_Session::set( array( 'stage' => 'checkout' ) );
	}

	/**
	 * Loads the script that hears what is typed into the classic checkout.
	 */
	public static function script() {
		if ( ! function_exists( 'is_checkout' ) || ! is_checkout() || is_order_received_page() || ! Cartograph_Options::ready() || ! Cartograph_Options::consented() ) {
			return;
		}
		wp_enqueue_script( 'cartograph-checkout', plugins_url( 'assets/checkout.js', CARTOGRAPH_WC_FILE ), array(), CARTOGRAPH_WC_VERSION, array( 'strategy' => 'defer' ) );
		wp_localize_script(
			'cartograph-checkout',
			'cartographCheckout',
			array(
				'url'   => WC_AJAX::get_endpoint( 'cartograph_contact' ),
				'nonce' => wp_create_nonce( 'cartograph-contact' ),
			)
		);
	}

	/**
	 * Hears what was typed.
	 */
	public static function contact() {
		check_ajax_referer( 'cartograph-contact', 'nonce' );
		if ( Cartograph_Options::consented() ) {
			$typed = Cartograph_Session::get()['typed'];
			foreach ( array( 'email', 'phone', 'first_name', 'last_name', 'country' ) as $name ) {
				if ( isset( $_POST[ $name ] ) && is_string( $_POST[ $name ] ) ) {
					$typed[ $name ] = substr( sanitize_text_field( wp_unslash( $_POST[ $name ] ) ), 0, 200 );
				}
			}
			if ( ! empty( $typed['email'] ) && ! is_email( $typed['email'] ) ) {
				unset( $typed['email'] );
			}
			$fields = array( 'typed' => $typed, 'stage' => 'checkout' );
			if ( isset( $_POST['reminders'] ) && '' !== Cartograph_Options::wording() ) {
				$fields['consent'] = self::answer( '1' === $_POST['reminders'] );
			}
			Cartograph_Session::set( $fields );
		}
		wp_send_json_success();
	}

	/**
	 * An answer, with the words that it was given to.
	 *
	 * @param bool $yes Whether the box was ticked.
	 * @return array
	 */
	private static function answer( $yes ) {
		return array(
			'answer'  => $yes,
			'wording' => Cartograph_Options::wording(),
			'at'      => Cartograph_Snapshot::time(),
		);
	}

	/**
	 * Shows the box in the classic checkout, ticked only if this shopper just ticked it.
	 */
	public static function box() {
		if ( '' === Cartograph_Options::wording() ) {
			return;
		}
		$consent = Cartograph_Session::get()['consent'];
		woocommerce_form_field(
			'cartograph_reminders',
			array(
				'type'     => 'checkbox',
				'label'    => esc_html( Cartograph_Options::wording() ),
				'required' => false,
				'class'    => array( 'form-row-wide' ),
			),
			$consent && $consent['answer'] ? 1 : 0
		);
	}

	/**
	 * Has the block show the box. At the location "order" an answer is never kept
	 * in the account, so that it is never ticked beforehand.
	 */
	public static function field() {
		if ( '' === Cartograph_Options::wording() || ! function_exists( 'woocommerce_register_additional_checkout_field' ) ) {
			return;
		}
		woocommerce_register_additional_checkout_field(
			array(
				'id'       => self::BOX_FIELD,
				'label'    => Cartograph_Options::wording(),
				'location' => 'order',
				'type'     => 'checkbox',
				'required' => false,
			)
		);
	}

	/**
	 * Hears the block's box as soon as the block tells it.
	 *
	 * @param string $key The field.
	 * @param mixed  $value Its value.
	 * @param string $group Where it belongs.
	 * @param object $subject An order or a customer.
	 */
	public static function ticked( $key, $value, $group = '', $subject = null ) {
		if ( self::BOX_FIELD !== $key || ! $subject instanceof WC_Order ) {
			return;
		}
		$before = Cartograph_Session::get()['consent'];
		$yes    = wc_string_to_bool( (string) $value );
		// An unticked box says something only of a shopper who had ticked it.
		if ( $before ? $before['answer'] !== $yes : $yes ) {
			Cartograph_Session::set( array( 'consent' => self::answer( $yes ) ) );
		}
	}

	/**
	 * Links a new order of the classic checkout; WooCommerce saves it afterwards.
	 *
	 * @param WC_Order $order The order.
	 */
	public static function classic_order( $order ) {
		self::link( $order );
		// WooCommerce has checked its own nonce for this form.
		if ( '' !== Cartograph_Options::wording() ) {
			$order->update_meta_data( self::BOX_META, empty( $_POST['cartograph_reminders'] ) ? 'no' : 'yes' ); // phpcs:ignore WordPress.Security.NonceVerification
		}
	}

	/**
	 * Links the order, or draft, of the block.
	 *
	 * @param WC_Order $order The order.
	 */
	public static function block_order( $order ) {
		if ( self::link( $order ) ) {
			$order->save_meta_data();
		}
	}

	/**
	 * Writes the cart's id into the order.
	 *
	 * @param WC_Order $order The order.
	 * @return bool Whether that changed it.
	 */
	private static function link( $order ) {
		$id = Cartograph_Session::get()['id'];
		if ( '' === $id || $order->get_meta( self::CART_META ) === $id ) {
			return false;
		}
		$order->update_meta_data( self::CART_META, $id );
		return true;
	}

	/**
	 * Notes which order a cart became.
	 *
	 * @param WC_Order|int $order The order or its id.
	 */
	public static function made( $order ) {
		$id    = Cartograph_Session::get()['id'];
		$order = $order instanceof WC_Order ? $order->get_id() : (int) $order;
		if ( '' !== $id && $order > 0 ) {
			Cartograph_Carts::note( $id, array( 'order_id' => $order ) );
		}
	}
}
