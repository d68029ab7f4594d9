/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A host's HTTP side without the rest of an agent, for tests of transfers. It says "port N", takes
 * a line for each template on its standard input, and ends with it: offer UUID IMAGE MAP FACTS
 * DESCRIPTION complete|partial withdraw UUID */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent-http.h"
#include "muri-uuid.h"

static GMainLoop *loop;
static AgentGrants *grants;

static void
obey (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 7);
  guint n = g_strv_length (words);
  muri_v1_Uuid id;
  if (n < 2 || !muri_uuid_parse (words[1], &id))
    g_printerr ("muri-host: what is \"%s\"?\n", line);
  else if (strcmp (words[0], "withdraw") == 0)
    agent_grants_withdraw (grants, &id);
  else if (strcmp (words[0], "offer") == 0 && n == 7)
    agent_grants_offer (grants, &id,
                        &(AgentOffer){
                            .image = words[2],
                            .map = words[3],
                            .facts = words[4],
                            .description = words[5],
                            .complete = strcmp (words[6], "complete") == 0,
                        });
  printf ("ok\n");
  fflush (stdout);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);
  if (line == NULL)
    {
      g_main_loop_quit (loop);
      return;
    }
  obey (line);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/stdin");
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) raw = NULL;
  g_autoptr (GDataInputStream) input = NULL;
  g_autoptr (AgentHttp) http = NULL;
  AgentHttpSettings settings = { .uploads = 4 };
  if (argc != 3 && argc != 6)
    {
      g_printerr ("usage: muri-host ADDRESS PROGRAM [CERTIFICATE KEY AUTHORITY]\n");
      return 2;
    }
  settings.address = argv[1];
  settings.program = argv[2];
  if (argc == 6)
    {
      settings.certificate = argv[3];
      settings.key = argv[4];
      settings.authority = argv[5];
    }
  muri_uuid_generate (&settings.node);
  grants = agent_grants_new ();
  loop = g_main_loop_new (NULL, FALSE);
  http = agent_http_new (&settings, grants, &error);
  raw = http != NULL ? G_INPUT_STREAM (g_file_read (file, NULL, &error)) : NULL;
  if (raw == NULL)
    {
      g_printerr ("muri-host: %s\n", error->message);
      return 1;
    }
  printf ("port %u\n", agent_http_get_port (http));
  fflush (stdout);
  input = g_data_input_stream_new (raw);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
  g_main_loop_run (loop);
  agent_http_stop (http);
  g_object_unref (grants);
  g_main_loop_unref (loop);
  return 0;
}
