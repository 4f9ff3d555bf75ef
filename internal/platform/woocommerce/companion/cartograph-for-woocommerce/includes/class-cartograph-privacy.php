<?php
/**
 * WordPress' privacy tools: what is kept here, and what Cartograph keeps.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * An exporter and an eraser. Both also tell Cartograph of the request.
 */
class Cartograph_Privacy {

	/** Carts for one step of WordPress' tools. */
	const STEP = 100;

	/**
	 * Hooks the tools.
	 */
	public static function hook() {
		add_filter(
			'wp_privacy_personal_data_exporters',
			static function ( $all ) {
				$all['cartograph'] = array(
					'exporter_friendly_name' => __( 'Cartograph', 'cartograph-for-woocommerce' ),
					'callback'               => array( __CLASS__, 'export' ),
				);
				return $all;
			}
		);
		add_filter(
			'wp_privacy_personal_data_erasers',
			static function ( $all ) {
				$all['cartograph'] = array(
					'eraser_friendly_name' => __( 'Cartograph', 'cartograph-for-woocommerce' ),
					'callback'             => array( __CLASS__, 'erase' ),
				);
				return $all;
			}
		);
	}

	/**
	 * Tells Cartograph of a request.
	 *
	 * @param string $topic Which.
	 * @param string $email Whose.
	 * @return bool Whether it was taken.
	 */
	private static function tell( $topic, $email ) {
		if ( ! Cartograph_Options::ready() ) {
			return true;
		}
		$user   = get_user_by( 'email', $email );
		$status = Cartograph_Sender::post(
			array(
				'topic'   => $topic,
				'subject' => array(
					'email' => $email,
					'id'    => $user ? (int) $user->ID : 0,
				),
			)
		);
		return $status >= 200 && $status < 300;
	}

	/**
	 * Exports the carts that are kept here.
	 *
	 * @param string $email Whose.
	 * @param int    $page From 1 on.
	 * @return array
	 */
	public static function export( $email, $page = 1 ) {
		if ( 1 === (int) $page ) {
			self::tell( 'privacy.export', $email );
		}
		$data = array();
		foreach ( Cartograph_Carts::of( $email, self::STEP ) as $row ) {
			$cart = (array) json_decode( $row['cart'], true );
			$data[] = array(
				'group_id'    => 'cartograph',
				'group_label' => __( 'Carts', 'cartograph-for-woocommerce' ),
				'item_id'     => 'cartograph-' . $row['cart_id'],
				'data'        => array(
					array( 'name' => __( 'Last change', 'cartograph-for-woocommerce' ), 'value' => $row['changed_at'] ),
					array( 'name' => __( 'Contents', 'cartograph-for-woocommerce' ), 'value' => implode( ', ', array_column( (array) $cart['items'], 'name' ) ) ),
					array( 'name' => __( 'Email', 'cartograph-for-woocommerce' ), 'value' => $cart['customer']['email'] ),
					array( 'name' => __( 'Phone', 'cartograph-for-woocommerce' ), 'value' => $cart['customer']['phone'] ),
				),
			);
		}
		return array( 'data' => $data, 'done' => true );
	}

	/**
	 * Erases the carts that are kept here, and has Cartograph erase the person.
	 *
	 * @param string $email Whose.
	 * @param int    $page From 1 on.
	 * @return array
	 */
	public static function erase( $email, $page = 1 ) {
		$rows = Cartograph_Carts::of( $email, self::STEP );
		foreach ( $rows as $row ) {
			Cartograph_Carts::forget( $row['cart_id'] );
		}
		$more     = count( $rows ) === self::STEP;
		$told     = $more || self::tell( 'privacy.erase', $email );
		$messages = $told ? array() : array( __( 'Cartograph could not be reached. Erase the shopper there, under Privacy.', 'cartograph-for-woocommerce' ) );
		return array(
			'items_removed'  => count( $rows ) > 0,
			'items_retained' => ! $told,
			'messages'       => $messages,
			'done'           => ! $more,
		);
	}
}
