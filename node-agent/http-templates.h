/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "http-service.h"

G_BEGIN_DECLS

/* Answers below /v1/templates/; docs/templates.md has the table. @rest: of the path; @query:
 * (nullable) */
void http_templates_answer (HttpService *service, SoupServerMessage *message, const char *rest,
                            GHashTable *query);

/* Facts and descriptions that are longer are nobody's. */
#define HTTP_FACTS_MAX (256 * 1024)

/* Chunks that a caller may name in one request. */
#define HTTP_CHUNKS_MAX 16

G_END_DECLS
