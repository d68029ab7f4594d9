/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-write.h"
#include "fetch-swarm-private.h"
#include "http-templates.h"

/* What the template is called and of which machine it is: from the first that tells both. Who is
 * still fetching it may be told it any time, and is asked again. */

#define FACTS_AGAIN G_USEC_PER_SEC

typedef struct
{
  FetchSwarm *swarm;
  FetchSource *source;
  GBytes *facts; /* NULL: these are asked for first */
} Question;

static void ask (FetchSwarm *self, FetchSource *source, GBytes *facts);

static gboolean
write_file (int fd, GBytes *bytes)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);
  return ftruncate (fd, 0) == 0 && agent_write_at (fd, data, length, 0) && fdatasync (fd) == 0;
}

/* Before the image is got for nothing. */
static gboolean
is_bound (GBytes *facts)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  return g_key_file_load_from_bytes (file, facts, G_KEY_FILE_NONE, NULL)
         && g_key_file_get_integer (file, "template", "host-bound", NULL) != 0;
}

/* Others are told it from here at once: where there are facts there is a description. */
static void
take (FetchSwarm *self, GBytes *facts, GBytes *description)
{
  if (is_bound (facts))
    fetch_swarm_fail (self, FETCH_REFUSED,
                      "it boots a kernel that is a file of the host that holds it, and not of the "
                      "template: it can be cloned there only");
  else if (write_file (self->description_fd, description) && write_file (self->facts_fd, facts))
    self->has_facts = TRUE;
  else
    fetch_swarm_fail (self, FETCH_NO_SPACE, "the template's description cannot be written: %s",
                      g_strerror (errno));
}

static void
on_facts (const FetchReply *reply, gpointer user_data)
{
  Question *question = user_data;
  FetchSwarm *self = question->swarm;
  self->asks_facts = FALSE;
  if (reply->error != NULL || reply->status != SOUP_STATUS_OK)
    question->source->facts_after = g_get_monotonic_time () + FACTS_AGAIN;
  else if (question->facts == NULL)
    ask (self, question->source, reply->body);
  else
    take (self, question->facts, reply->body);
  g_clear_pointer (&question->facts, g_bytes_unref);
  g_free (question);
  fetch_swarm_next (self);
}

static void
ask (FetchSwarm *self, FetchSource *source, GBytes *facts)
{
  Question *question = g_new0 (Question, 1);
  g_autofree char *uri = g_strconcat (source->base, facts != NULL ? "/description" : "", NULL);
  const FetchRequest request = {
    .uri = uri,
    .node = &source->node,
    .most = HTTP_FACTS_MAX,
    .on_reply = on_facts,
    .user_data = question,
    .cancellable = self->cancellable,
  };
  question->swarm = self;
  question->source = source;
  question->facts = facts != NULL ? g_bytes_ref (facts) : NULL;
  self->asks_facts = TRUE;
  fetch_http_get (&self->http, &request);
}

/* Of a former attempt. */
void
fetch_swarm_find_facts (FetchSwarm *self)
{
  struct stat facts, description;
  self->has_facts = fstat (self->facts_fd, &facts) == 0 && facts.st_size > 0
                    && fstat (self->description_fd, &description) == 0 && description.st_size > 0;
}

static gboolean
is_whole (const FetchSwarm *self, const FetchSource *source)
{
  return fetch_source_count (source) == fetch_image_get_map (self->image)->n_chunks;
}

void
fetch_swarm_ask_facts (FetchSwarm *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean any = FALSE, hope = FALSE;
  if (self->has_facts || self->asks_facts)
    return;
  for (guint i = 0; i < self->sources->len; i++)
    {
      FetchSource *source = g_ptr_array_index (self->sources, i);
      if (source->dropped || !source->agrees)
        continue;
      any = TRUE;
      hope |= !is_whole (self, source);
      if (now >= source->facts_after)
        {
          ask (self, source, NULL);
          return;
        }
    }
  if (any && !hope && fetch_image_get_done (self->image) == fetch_image_get_map (self->image)->size)
    fetch_swarm_fail (self, FETCH_NO_SOURCE, "no host says what the template is");
}
