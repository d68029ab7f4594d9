/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "http-service.h"

G_BEGIN_DECLS

/* What is served: these, and what is below them. */
#define HTTP_HISTORY_PATH "/v1/history"
#define HTTP_TEMPLATES_PATH "/v1/templates"

/* @service outlives it. Transfer full. */
SoupServer *http_server_new (HttpService *service);

G_END_DECLS
