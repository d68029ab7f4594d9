/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * HttpAnswer: a message that is answered later, if its caller is still there then.
 * @over: he is gone, or has got all
 */
typedef struct
{
  grefcount references;
  SoupServerMessage *message;
  gboolean over;
  gboolean paused;
  guint *counter; /* what it counts in */
} HttpAnswer;

/* Nothing happens to @message until http_answer_go(). */
HttpAnswer *http_answer_new (SoupServerMessage *message);
HttpAnswer *http_answer_ref (HttpAnswer *answer);
void http_answer_unref (HttpAnswer *answer);

/* It counts until it is over. */
void http_answer_count (HttpAnswer *answer, guint *counter);

void http_answer_set_header (HttpAnswer *answer, const char *name, const char *value);
void http_answer_pause (HttpAnswer *answer);
void http_answer_go (HttpAnswer *answer);

/* The whole answer. */
void http_answer_status (HttpAnswer *answer, guint status);
void http_answer_bytes (HttpAnswer *answer, const char *type, GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpAnswer, http_answer_unref)

G_END_DECLS
