/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "http-answer.h"
#include "http-service.h"

G_BEGIN_DECLS

/* Sends bodies piece by piece, no faster than the service may; status and all headers but the
 * length are set before. */

void http_sender_send_bytes (HttpService *service, HttpAnswer *answer, GBytes *bytes);

/* Of the image, so many bytes from @offset. */
void http_sender_send_image (HttpService *service, HttpAnswer *answer, HttpTemplate *template,
                             guint64 offset, guint64 length);

G_END_DECLS
