/**
 * Closes, cancels and voids at Chinese payment gateways, and says truthfully what happened.
 *
 * <ol>
 * <li><b>Closed is never reported unless it is proven.</b> A reply that is unsigned, malformed, about another order, contradictory or not in
 * the gateway's documents is {@link io.github.chexiao.OutcomeCode#UNKNOWN}.</li>
 * <li><b>An exception means that nothing was sent.</b> Everything after the first byte is an {@link io.github.chexiao.Outcome}.</li>
 * </ol>
 *
 * <pre>{@code
 * try (Client client = Client.open(Paths.get("wechat.json"))) {
 *     Outcome outcome = client.closeOrder(Collections.singletonMap("out_trade_no", "1217752501201407033233368018"));
 *     switch (outcome.next()) {
 *         case DONE: releaseStock(); break;
 *         case FULFIL_OR_REFUND: fulfilOrRefund(); break;
 *         case CONFIRM: case QUERY: queryLater(outcome.msgId()); break;
 *         default: alert(outcome.explanation(Locale.ENGLISH));
 *     }
 * } catch (ChexiaoException nothingWasSent) {
 *     alert(nothingWasSent.getMessage());
 * }
 * }</pre>
 *
 * <p>Unless a method says otherwise, a null argument is a {@link java.lang.NullPointerException}: a mistake of the program, and nothing was
 * sent. An {@link java.lang.Error} of the JVM itself, such as {@link java.lang.OutOfMemoryError}, says nothing about the order.
 */
package io.github.chexiao;
