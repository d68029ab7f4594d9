/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * muri_http_session_new:
 *
 * For agents on the same network: no proxy, no cookies, an end to waiting.
 */
SoupSession *muri_http_session_new (void);

/**
 * muri_http_get_async:
 * @session: a session
 * @uri: what to get
 * @offset: where to begin
 * @length: so many bytes of it; 0: all
 * @etag: (nullable): of a part, as long as the whole is still this one
 * @most: what comes beyond so many bytes is an error
 *
 * At low priority. An answer other than the bytes is an error.
 */
void muri_http_get_async (SoupSession *session, GUri *uri, guint64 offset, guint64 length,
                          const char *etag, gsize most, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);

/* @etag: (out) (optional) (nullable) (transfer full): which one it is, or was a part of */
GBytes *
muri_http_get_finish (SoupSession *session, GAsyncResult *result, char **etag, GError **error);

G_END_DECLS
