/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "http-answer.h"
#include "http-service.h"

G_BEGIN_DECLS

/* The image as a file, or one range of it: what any tool can fetch. Of one that is not complete
 * here, nothing: its chunks can be had one by one. */
void http_image_answer (HttpService *service, HttpAnswer *answer, HttpTemplate *template);

G_END_DECLS
