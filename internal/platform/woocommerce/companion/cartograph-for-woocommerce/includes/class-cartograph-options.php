<?php
/**
 * What the merchant set, as WooCommerce's integration keeps it.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * Reads the settings; nobody else does.
 */
class Cartograph_Options {

	const OPTION = 'woocommerce_cartograph_settings';

	/**
	 * Gives one setting.
	 *
	 * @param string $name Its name.
	 * @param string $otherwise Its default.
	 * @return string
	 */
	public static function get( $name, $otherwise = '' ) {
		$all = get_option( self::OPTION, array() );
		return isset( $all[ $name ] ) && is_string( $all[ $name ] ) ? trim( $all[ $name ] ) : $otherwise;
	}

	/**
	 * Whether there is somewhere to post to and something to sign with.
	 *
	 * @return bool
	 */
	public static function ready() {
		return '' !== self::get( 'url' ) && '' !== self::get( 'secret' );
	}

	/**
	 * Whether the visitor of this request agreed to marketing, as far as the shop asks.
	 *
	 * With the WP Consent API the visitor's answer decides. Without it nobody can be
	 * asked: then "auto" tells carts and "strict" does not.
	 *
	 * @return bool
	 */
	public static function consented() {
		if ( function_exists( 'wp_has_consent' ) ) {
			return (bool) wp_has_consent( 'marketing' );
		}
		return 'strict' !== self::get( 'consent', 'auto' );
	}

	/**
	 * The text beside the box at the checkout; "" is no box.
	 *
	 * @return string
	 */
	public static function wording() {
		return self::get( 'wording' );
	}

	/**
	 * The key that restore addresses are signed with. It is made once and stays
	 * when the webhook secret is changed, so that sent links keep working.
	 *
	 * @return string
	 */
	public static function restore_key() {
		$key = get_option( 'cartograph_restore_key', '' );
		if ( ! is_string( $key ) || strlen( $key ) < 32 ) {
			$key = bin2hex( random_bytes( 32 ) );
			update_option( 'cartograph_restore_key', $key, false );
		}
		return $key;
	}
}
