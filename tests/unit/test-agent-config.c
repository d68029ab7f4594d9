/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-config.h"
#include "agent-security.h"

#include <glib/gstdio.h>
#include <string.h>

#include "muri-test-papers.h"
#include "muri-test.h"
#include "muri-uuid.h"

static char *file;

static AgentConfig *
load (const char *contents, GError **error, const char *argument, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  va_list args;
  g_file_set_contents (file, contents, -1, NULL);
  g_ptr_array_add (argv, (gpointer) "muri-agent");
  g_ptr_array_add (argv, (gpointer) "--config");
  g_ptr_array_add (argv, file);
  va_start (args, argument);
  for (; argument != NULL; argument = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer)argument);
  va_end (args);
  return agent_config_load (argv->len, (char **)argv->pdata, error);
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_setenv ("STATE_DIRECTORY", "/var/lib/elsewhere", TRUE);
  g_autoptr (AgentConfig) config = load ("", &error, NULL);
  g_assert_no_error (error);
  g_assert_cmpstr (config->uri, ==, "qemu:///system");
  g_assert_cmpstr (config->state_dir, ==, "/var/lib/elsewhere");
  g_assert_cmpstr (config->name, ==, g_get_host_name ());
  g_assert_cmpstr (config->zone->interface, ==, "lo");
  g_assert_cmpstr (config->address, ==, "127.0.0.1");
  g_assert_cmpuint (config->zone->role, ==, MURI_ROLE_AGENT);
  g_assert_cmpuint (config->zone->zone, ==, 0);
  g_assert_false (config->insecure);
  g_assert_false (config->allow_power);
  g_assert_false (config->simulate);
  g_assert_cmpuint (config->history_size, ==, 64);
  g_assert_null (config->http_listen);
  g_assert_cmpuint (config->http_port, ==, 0);
}

/* The command line wins over the file. */
static void
test_override (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentConfig) config =
      load ("# a comment\n[agent]\nname = 서울-1\nuri=qemu:///system\nsimulate=true\n"
            "state-dir=/tmp/a\n[network]\nzone=3\nlease=20\npeers=a.example; b.example\n",
            &error, "--uri", "test:///default", "--zone", "4", NULL);
  g_assert_no_error (error);
  g_assert_cmpstr (config->name, ==, "서울-1");
  g_assert_cmpstr (config->uri, ==, "test:///default");
  g_assert_cmpstr (config->state_dir, ==, "/tmp/a");
  g_assert_true (config->simulate);
  g_assert_cmpuint (config->zone->zone, ==, 4);
  g_assert_cmpuint (config->zone->lease, ==, 20);
  g_assert_cmpuint (g_strv_length (config->zone->peers), ==, 2);
  g_assert_cmpstr (config->zone->peers[1], ==, "b.example");

  g_autoptr (AgentConfig) peers = load ("[network]\npeers=a.example\n", &error, "--peer",
                                        "192.0.2.1", "--peer", "c.example", NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (peers->zone->peers), ==, 2);
  g_assert_cmpstr (peers->zone->peers[0], ==, "192.0.2.1");

  g_autoptr (AgentConfig) power = load ("[host]\nallow-power=true\n", &error, NULL);
  g_assert_no_error (error);
  g_assert_true (power->allow_power);

  g_autoptr (AgentConfig) history =
      load ("[history]\nsize=7\n[http]\nlisten=127.0.0.2\nport=4711\n", &error, NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (history->history_size, ==, 7);
  g_assert_cmpstr (history->http_listen, ==, "127.0.0.2");
  g_assert_cmpuint (history->http_port, ==, 4711);

  g_autoptr (AgentConfig) copy = agent_config_copy (config);
  g_assert_cmpstr (copy->name, ==, config->name);
  g_assert_true (copy->zone != config->zone);
}

static void
test_wrong (void)
{
  static const struct
  {
    const char *contents, *argument, *value, *says;
  } cases[] = {
    { "[host]\nallow-power=yes\n", NULL, NULL, "neither true nor false" },
    { "[agent]\nnmae=x\n", NULL, NULL, "no key \"nmae\"" },
    { "[agents]\nname=x\n", NULL, NULL, "no group [agents]" },
    { "name=x\n", NULL, NULL, "cannot be read" },
    { "[agent]\nname=\n", NULL, NULL, "is empty" },
    { "[agent]\nsimulate=yes\n", NULL, NULL, "neither true nor false" },
    { "[agent]\nuri=http://x/\n", NULL, NULL, "no known kind" },
    { "[agent]\nuri=qemu\n", NULL, NULL, "no known kind" },
    { "[agent]\nuri=test:///no/such/file.xml\n", NULL, NULL, "no file" },
    { "[agent]\nstate-dir=relative\n", NULL, NULL, "not an absolute path" },
    { "[agent]\nsimulate=true\n", NULL, NULL, "test driver only" },
    { "[network]\nzone=233\n", NULL, NULL, "0 to 232" },
    { "[network]\nzone=-1\n", NULL, NULL, "0 to 232" },
    { "[network]\nzone=three\n", NULL, NULL, "0 to 232" },
    { "[network]\nlease=0\n", NULL, NULL, "not a number" },
    { "[network]\ninterface=nosuch0\n", NULL, NULL, "does not exist" },
    { "[history]\nsize=-1\n", NULL, NULL, "0 to 65536" },
    { "[history]\nsize=64 MiB\n", NULL, NULL, "not a number" },
    { "[templates]\nuploads=0\n", NULL, NULL, "1 to 64" },
    { "[templates]\nrate=-1\n", NULL, NULL, "0 to" },
    { "[http]\nport=70000\n", NULL, NULL, "0 to 65535" },
    { "[http]\nlisten=localhost\n", NULL, NULL, "no address" },
    { "[http]\nlisten=0.0.0.0\n", NULL, NULL, "no loopback" },
    { "[http]\nlisten=192.0.2.7\n", NULL, NULL, "no loopback" },
    { "[security]\ncertificate=/a.pem\n", NULL, NULL, "has no key" },
    { "[security]\nkey=/a.key\nauthority=/b.pem\n", NULL, NULL, "has no certificate" },
    { "[security]\ncertificate=a.pem\nkey=/a.key\nauthority=/b.pem\n", NULL, NULL,
      "not an absolute path" },
    { "[network]\npeers=<Peer/>\n", NULL, NULL, "<Peer/>" },
    { "", "--interface", "nosuch0", "nosuch0" },
    { "", "--uri", "foo:///", "foo:///" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (load (cases[i].contents, &error, cases[i].argument, cases[i].value, NULL));
      g_assert_error (error, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_VALUE);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].says));
      g_assert_null (strchr (error->message, '\n'));
    }
}

/* ---- [security] ---- */

static void
refuse_security (MuriTestPapers *papers, const char *name, const char *key_name,
                 const muri_v1_Uuid *node, const char *says)
{
  g_autofree char *certificate = muri_test_papers_certificate (papers, name);
  g_autofree char *key = muri_test_papers_key (papers, key_name);
  g_autofree char *text = g_strdup_printf ("[security]\ncertificate=%s\nkey=%s\nauthority=%s\n",
                                           certificate, key, papers->authority);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentConfig) config = load (text, &error, NULL);
  g_assert_no_error (error);
  g_assert_cmpstr (config->certificate, ==, certificate);
  if (says == NULL)
    {
      agent_security_check (config, node, &error);
      g_assert_no_error (error);
      return;
    }
  g_assert_false (agent_security_check (config, node, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, says));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_security (void)
{
  g_autoptr (MuriTestPapers) papers = muri_test_papers_new ("papers");
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *node = muri_test_papers_add (papers, "node", id);
  g_autofree char *person = muri_test_papers_add (papers, "operator", "alice");
  g_autofree char *wanted = g_strconcat ("this node is “node.", id, "”", NULL);
  g_autofree char *subject = g_strconcat ("CN=node.", id, NULL);
  g_autofree char *key = muri_test_papers_key (papers, node);
  muri_v1_Uuid uuid, other;
  g_assert_true (muri_uuid_parse (id, &uuid));
  muri_uuid_generate (&other);
  refuse_security (papers, node, node, &uuid, NULL);
  refuse_security (papers, "absent", node, &uuid, "absent.pem");
  refuse_security (papers, node, "absent", &uuid, "absent.key");
  refuse_security (papers, node, person, &uuid, "must have been made together");
  refuse_security (papers, person, person, &uuid, wanted);
  refuse_security (papers, node, node, &other, "have one signed for that name");
  muri_test_papers_forge (papers, "old", subject, -1000, -500);
  refuse_security (papers, "old", "old", &uuid, "have a new one signed");
  g_assert_cmpint (g_chmod (key, 0644), ==, 0);
  refuse_security (papers, node, node, &uuid, "chmod 600");
}

static void
test_usage (void)
{
  g_autoptr (GError) unknown = NULL, extra = NULL, missing = NULL, zone = NULL;
  g_assert_null (load ("", &unknown, "--frobnicate", NULL));
  g_assert_error (unknown, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_USAGE);
  g_assert_null (load ("", &extra, "something", NULL));
  g_assert_error (extra, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_USAGE);
  g_assert_null (load ("", &missing, "--uri", NULL));
  g_assert_error (missing, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_USAGE);
  g_assert_null (load ("", &zone, "--zone", "300", NULL));
  g_assert_error (zone, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_USAGE);
  g_assert_nonnull (strstr (zone->message, "--zone"));
}

static void
test_example (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (g_getenv ("MURI_SOURCE_ROOT"), "data", "muri-agent.conf", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_autoptr (AgentConfig) config = load (text, &error, NULL);
  g_assert_no_error (error);

  /* And with every line of it taken at its word. */
  g_autoptr (GRegex) comment = g_regex_new ("^#(?=[a-z-]+=)", G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *all = g_regex_replace_literal (comment, text, -1, 0, "", 0, NULL);
  g_autoptr (AgentConfig) full = load (all, &error, NULL);
  g_assert_no_error (error);
  g_assert_cmpstr (full->name, !=, config->name);
}

int
main (int argc, char **argv)
{
  g_autofree char *directory = g_dir_make_tmp ("muri-config-XXXXXX", NULL);
  muri_test_init (&argc, &argv);
  file = g_build_filename (directory, "muri-agent.conf", NULL);
  g_test_add_func ("/config/defaults", test_defaults);
  g_test_add_func ("/config/override", test_override);
  g_test_add_func ("/config/wrong", test_wrong);
  g_test_add_func ("/config/usage", test_usage);
  g_test_add_func ("/config/example", test_example);
  g_test_add_func ("/config/security", test_security);
  int status = muri_test_run ();
  g_remove (file);
  g_rmdir (directory);
  g_free (file);
  return status;
}
