/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "http-service.h"

G_BEGIN_DECLS

/* Of a template's path. */
#define HTTP_UPLOAD_SUFFIX "/upload"

/* In answers: so many bytes are there, of so many. */
#define HTTP_HEADER_OFFSET "Upload-Offset"
#define HTTP_HEADER_LENGTH "Upload-Length"

/* A PUT whose headers are there. FALSE: it is not taken; its status says why, or it is for none of
 * what is announced. */
gboolean http_upload_begin (HttpService *service, SoupServerMessage *message, const char *path);

/* HEAD or GET: how much is there. */
void
http_upload_answer_state (HttpService *service, SoupServerMessage *message, const muri_v1_Uuid *id);

G_END_DECLS
