<?php
/**
 * WooCommerce → Settings → Integration → Cartograph.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * The page on which a merchant connects the shop.
 */
class Cartograph_Settings extends WC_Integration {

	/**
	 * Sets the page up.
	 */
	public function __construct() {
		$this->id                 = 'cartograph';
		$this->method_title       = __( 'Cartograph', 'cartograph-for-woocommerce' );
		$this->method_description = __( 'Tells Cartograph of carts before the checkout. Both values are printed when the shop is created in Cartograph, and shown in its settings.', 'cartograph-for-woocommerce' );
		$this->init_form_fields();
		$this->init_settings();
		add_action( 'woocommerce_update_options_integration_' . $this->id, array( $this, 'process_admin_options' ) );
		add_action( 'woocommerce_update_options_integration_' . $this->id, array( $this, 'try_out' ), 20 );
	}

	/**
	 * Lists the fields.
	 */
	public function init_form_fields() {
		$this->form_fields = array(
			'url'     => array(
				'title'       => __( 'Webhook address', 'cartograph-for-woocommerce' ),
				'type'        => 'url',
				'description' => __( 'Like https://cartograph.example/webhooks/woocommerce/…', 'cartograph-for-woocommerce' ),
				'default'     => '',
			),
			'secret'  => array(
				'title'       => __( 'Webhook secret', 'cartograph-for-woocommerce' ),
				'type'        => 'password',
				'description' => __( 'The same one that WooCommerce’s own webhooks use.', 'cartograph-for-woocommerce' ),
				'default'     => '',
			),
			'consent' => array(
				'title'       => __( 'Without a consent plugin', 'cartograph-for-woocommerce' ),
				'type'        => 'select',
				'default'     => 'auto',
				'options'     => array(
					'auto'   => __( 'Tell carts', 'cartograph-for-woocommerce' ),
					'strict' => __( 'Tell nothing', 'cartograph-for-woocommerce' ),
				),
				'description' => __( 'With a plugin that supports the WP Consent API, carts are told of visitors who agreed to marketing, and of nobody else.', 'cartograph-for-woocommerce' ),
			),
			'wording' => array(
				'title'       => __( 'Box at the checkout', 'cartograph-for-woocommerce' ),
				'type'        => 'text',
				'description' => __( 'The text beside a box, never ticked beforehand, by which shoppers agree to your messages by email. Empty: no box.', 'cartograph-for-woocommerce' ),
				'default'     => '',
			),
		);
	}

	/**
	 * Keeps a secret as it was typed: WooCommerce would change characters in it.
	 *
	 * @param string $key The field.
	 * @param string $value What was typed.
	 * @return string
	 */
	public function validate_password_field( $key, $value ) {
		return is_string( $value ) ? trim( wp_unslash( $value ) ) : '';
	}

	/**
	 * Takes web addresses only.
	 *
	 * @param string $key The field.
	 * @param string $value What was typed.
	 * @return string
	 */
	public function validate_url_field( $key, $value ) {
		$url = is_string( $value ) ? esc_url_raw( trim( $value ), array( 'https', 'http' ) ) : '';
		if ( '' === $url && '' !== trim( (string) $value ) ) {
			WC_Admin_Settings::add_error( __( 'The webhook address is no web address; write it like https://cartograph.example/webhooks/woocommerce/…', 'cartograph-for-woocommerce' ) );
		}
		return $url;
	}

	/**
	 * Posts a test after saving, and says what came of it.
	 */
	public function try_out() {
		if ( ! Cartograph_Options::ready() ) {
			return;
		}
		$status = Cartograph_Sender::post( array( 'topic' => 'ping' ) );
		if ( $status >= 200 && $status < 300 ) {
			WC_Admin_Settings::add_message( __( 'Cartograph answered: the address and the secret are right.', 'cartograph-for-woocommerce' ) );
		} elseif ( 401 === $status ) {
			WC_Admin_Settings::add_error( __( 'Cartograph refused the secret. Copy it again from the shop’s settings in Cartograph.', 'cartograph-for-woocommerce' ) );
		} else {
			/* translators: %d: an HTTP status, 0 for none. */
			WC_Admin_Settings::add_error( sprintf( __( 'Cartograph could not be reached (status %d). Check the address.', 'cartograph-for-woocommerce' ), $status ) );
		}
	}
}
