<?php
/**
 * Signs and posts, in the background.
 *
 * @package Cartograph
 */

defined( 'ABSPATH' ) || exit;

/**
 * Posts through Action Scheduler, never within a shopper's request.
 */
class Cartograph_Sender {

	const GROUP = 'cartograph';
	const POST  = 'cartograph_post_cart';
	const PURGE = 'cartograph_purge';

	/** Seconds before each further try. After the last, a cart is given up until it changes. */
	const WAITS = array( 60, 300, 1800, 7200, 21600, 43200 );

	/** Seconds in which further changes of a cart are posted with the first. */
	const GATHER = 10;

	/**
	 * Hooks the background work.
	 */
	public static function hook() {
		add_action( self::POST, array( __CLASS__, 'work' ) );
		add_action( self::PURGE, array( 'Cartograph_Carts', 'purge' ) );
		add_action(
			'action_scheduler_init',
			static function () {
				if ( ! as_has_scheduled_action( self::PURGE, array(), self::GROUP ) ) {
					as_schedule_recurring_action( time() + HOUR_IN_SECONDS, DAY_IN_SECONDS, self::PURGE, array(), self::GROUP, true );
				}
			}
		);
	}

	/**
	 * Has a cart posted soon.
	 *
	 * @param string $id Its id.
	 * @param int    $wait Seconds from now.
	 * @param bool   $unique Whether one that is waiting already will do.
	 */
	public static function soon( $id, $wait = self::GATHER, $unique = true ) {
		if ( ! function_exists( 'as_schedule_single_action' ) ) {
			return;
		}
		$next = $unique ? as_next_scheduled_action( self::POST, array( $id ), self::GROUP ) : false;
		if ( is_int( $next ) && $next > time() + $wait ) {
			// A further try waits for hours; what is new is told now.
			as_unschedule_all_actions( self::POST, array( $id ), self::GROUP );
		}
		as_schedule_single_action( time() + $wait, self::POST, array( $id ), self::GROUP, $unique );
	}

	/**
	 * Posts a cart's latest state, if it was not posted yet.
	 *
	 * @param string $id Its id.
	 */
	public static function work( $id ) {
		$row = Cartograph_Carts::find( $id );
		if ( ! $row || (int) $row['revision'] <= (int) $row['posted'] || ! Cartograph_Options::ready() ) {
			return;
		}
		$status = self::post(
			array(
				'topic' => 'cart.updated',
				'cart'  => json_decode( $row['cart'], true ),
			)
		);
		if ( self::final( $status ) ) {
			Cartograph_Carts::note( $id, array( 'posted' => (int) $row['revision'], 'tries' => 0 ) );
			self::log( $status );
			$now = Cartograph_Carts::find( $id );
			if ( $now && (int) $now['revision'] > (int) $row['revision'] ) {
				// It changed while this ran, when a waiting action of the same name was not added.
				self::soon( $id, self::GATHER, false );
			}
			return;
		}
		self::again( $id, (int) $row['tries'], $status );
	}

	/**
	 * Whether trying again would change nothing: it was taken, or its body refused.
	 *
	 * @param int $status The HTTP status.
	 * @return bool
	 */
	private static function final( $status ) {
		return ( $status >= 200 && $status < 300 ) || in_array( $status, array( 400, 413, 422 ), true );
	}

	/**
	 * Has a cart posted later.
	 *
	 * @param string $id Its id.
	 * @param int    $tries How often it was tried before.
	 * @param int    $status What came of it now.
	 */
	private static function again( $id, $tries, $status ) {
		if ( $tries >= count( self::WAITS ) ) {
			self::log( $status );
			return;
		}
		Cartograph_Carts::note( $id, array( 'tries' => $tries + 1 ) );
		self::soon( $id, self::WAITS[ $tries ], false );
	}

	/**
	 * Writes a refusal into WooCommerce's log, without the body.
	 *
	 * @param int $status The HTTP status.
	 */
	private static function log( $status ) {
		if ( $status < 200 || $status >= 300 ) {
			wc_get_logger()->warning( 'Cartograph did not take a cart; its answer was ' . (int) $status . '.', array( 'source' => 'cartograph' ) );
		}
	}

	/**
	 * Signs a body.
	 *
	 * @param string $body The raw bytes.
	 * @param string $secret The shop's webhook secret.
	 * @return string
	 */
	public static function sign( $body, $secret ) {
		return 'sha256=' . hash_hmac( 'sha256', $body, $secret );
	}

	/**
	 * Posts and gives the HTTP status, 0 where there was no answer.
	 *
	 * @param array $message What to tell.
	 * @param int   $timeout Seconds.
	 * @return int
	 */
	public static function post( $message, $timeout = 10 ) {
		$message = array(
			'topic'  => $message['topic'],
			'plugin' => CARTOGRAPH_WC_VERSION,
			'at'     => isset( $message['cart']['updated_at'] ) ? $message['cart']['updated_at'] : Cartograph_Snapshot::time(),
		) + $message;
		$body    = (string) wp_json_encode( $message );
		$answer  = wp_remote_post(
			Cartograph_Options::get( 'url' ),
			array(
				'timeout'     => $timeout,
				'redirection' => 0,
				'data_format' => 'body',
				'body'        => $body,
				'headers'     => array(
					'Content-Type'           => 'application/json',
					'User-Agent'             => 'Cartograph for WooCommerce/' . CARTOGRAPH_WC_VERSION,
					'X-Cartograph-Signature' => self::sign( $body, Cartograph_Options::get( 'secret' ) ),
				),
			)
		);
		return is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
	}
}
