/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "muri-http-host.h"
#include "muri-identity.h"

G_BEGIN_DECLS

#define MURI_HTTP_ERROR (muri_http_error_quark ())
GQuark muri_http_error_quark (void);

/**
 * MuriHttpError: why nothing is asked of a host, or not answered; the message says it to a person.
 * @MURI_HTTP_ERROR_NO_CERTIFICATE: it wants to know who asks, and this console has no certificate
 * @MURI_HTTP_ERROR_PLAIN: it speaks without security, and this console has a certificate
 * @MURI_HTTP_ERROR_REJECTED: it does not believe the certificate
 * @MURI_HTTP_ERROR_FORBIDDEN: it does, and does not give who that is the right
 * @MURI_HTTP_ERROR_DOUBTED: its own certificate is not believed
 */
typedef enum
{
  MURI_HTTP_ERROR_NO_CERTIFICATE,
  MURI_HTTP_ERROR_PLAIN,
  MURI_HTTP_ERROR_REJECTED,
  MURI_HTTP_ERROR_FORBIDDEN,
  MURI_HTTP_ERROR_DOUBTED,
} MuriHttpError;

/**
 * muri_http_session_new:
 * @identity: (nullable): who asks; with it only hosts that show who they are, too
 *
 * For agents on the same network: no proxy, no cookies, an end to waiting.
 */
SoupSession *muri_http_session_new (MuriIdentity *identity);

/**
 * muri_http_message_new:
 * @session: of muri_http_session_new()
 * @method: SOUP_METHOD_GET, …
 * @host: whom to ask; a host that turns out to be another one is not asked
 * @path: what for
 * @error: why it is not asked at all; %MURI_HTTP_ERROR
 *
 * What @session says of such a message goes through muri_http_check() before anything is made of
 * it.
 *
 * Returns: (transfer full) (nullable): a message for @session
 */
SoupMessage *muri_http_message_new (SoupSession *session, const char *method,
                                    const MuriHttpHost *host, const char *path, GError **error);

/**
 * muri_http_check:
 * @message: of muri_http_message_new(), sent
 * @error: (inout): what came of it; where it has to do with who asks and who answers, in words
 *
 * Returns: whether there is an answer, of whom it should be
 */
gboolean muri_http_check (SoupMessage *message, GError **error);

/**
 * muri_http_get_async:
 * @session: a session
 * @host: whom to ask
 * @path: what for
 * @offset: where to begin
 * @length: so many bytes of it; 0: all
 * @etag: (nullable): of a part, as long as the whole is still this one
 * @most: what comes beyond so many bytes is an error
 *
 * At low priority. An answer other than the bytes is an error.
 */
void
muri_http_get_async (SoupSession *session, const MuriHttpHost *host, const char *path,
                     guint64 offset, guint64 length, const char *etag, gsize most,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* @etag: (out) (optional) (nullable) (transfer full): which one it is, or was a part of */
GBytes *
muri_http_get_finish (SoupSession *session, GAsyncResult *result, char **etag, GError **error);

G_END_DECLS
