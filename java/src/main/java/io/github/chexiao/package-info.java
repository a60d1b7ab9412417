/**
 * Closes, cancels and voids at Chinese payment gateways, and says truthfully what happened.
 *
 * <ol>
 * <li><b>What is not proven is not done.</b> {@link io.github.chexiao.Next#DONE} and {@link io.github.chexiao.Next#FULFIL_OR_REFUND} rest on a
 * reply that names this very order (where the gateway signs nothing: on a close and a query that agree over TLS). Closed or paid by less has
 * the next step {@link io.github.chexiao.Next#CONFIRM}; what proves nothing is {@link io.github.chexiao.OutcomeCode#UNKNOWN}.</li>
 * <li><b>A {@link io.github.chexiao.ChexiaoException} means that nothing was sent</b> of the close or query. Everything after its first byte is
 * an {@link io.github.chexiao.Outcome}.</li>
 * </ol>
 *
 * <pre>{@code
 * try (Client client = Client.open(Paths.get("wechat.json"))) {
 *     Map<String, String> order = Collections.singletonMap("out_trade_no", number);
 *     Outcome outcome = client.closeOrder(order);
 *     switch (outcome.next()) {
 *         case DONE: releaseStock(); break;
 *         case FULFIL_OR_REFUND: fulfilOrRefund(); break;
 *         case CONFIRM: case QUERY: queryLater(order); break;
 *         default: alert(outcome.explanation(Locale.ENGLISH));
 *     }
 * } catch (ChexiaoException nothingWasSent) {
 *     alert(nothingWasSent.getMessage());
 * }
 * }</pre>
 *
 * <p>What a gateway posts by itself, a payment after the close above all, {@link io.github.chexiao.Client#notification} verifies and says: a
 * {@link io.github.chexiao.Notice}.
 *
 * <p>Unless a method says otherwise, a null argument is a {@link java.lang.NullPointerException}: a mistake of the program, and nothing was
 * sent. An {@link java.lang.Error} of the JVM itself, such as {@link java.lang.OutOfMemoryError}, says nothing about the order.
 */
package io.github.chexiao;
