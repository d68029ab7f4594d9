/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-metadata.h"

#include <string.h>

#define OPEN "<muri:vm xmlns:muri=\"" AGENT_METADATA_URI "\">"
#define CLOSE "</muri:vm>"

static void
join (AgentMetadata *metadata, const char *group, gint32 order, guint32 delay)
{
  muri_v1_Membership membership = { .start_order = order, .start_delay = delay };
  g_autoptr (GError) error = NULL;

  g_strlcpy (membership.group, group, sizeof membership.group);
  g_assert_true (agent_metadata_join (metadata, &membership, &error));
  g_assert_no_error (error);
}

static AgentMetadata *
again (AgentMetadata *metadata)
{
  g_autofree char *xml = agent_metadata_to_xml (metadata);
  g_autoptr (GError) error = NULL;
  AgentMetadata *parsed = agent_metadata_parse (xml, &error);

  g_assert_no_error (error);
  return parsed;
}

static void
test_round_trip (void)
{
  g_autoptr (AgentMetadata) metadata = agent_metadata_new ();
  g_autoptr (AgentMetadata) parsed = NULL;
  muri_v1_Membership *memberships = NULL;

  g_assert_true (agent_metadata_is_empty (metadata));
  join (metadata, "Production/웹 & <front>", 3, 20);
  join (metadata, "db", 0, 0);
  agent_metadata_set_guarded (metadata, TRUE);

  parsed = again (metadata);
  g_assert_cmpuint (agent_metadata_get_memberships (parsed, &memberships), ==, 2);
  g_assert_cmpstr (memberships[0].group, ==, "Production/웹 & <front>");
  g_assert_cmpint (memberships[0].start_order, ==, 3);
  g_assert_cmpint (memberships[0].start_delay, ==, 20);
  g_assert_cmpstr (memberships[1].group, ==, "db");
  dds_free (memberships);
  g_assert_true (agent_metadata_is_guarded (parsed));

  agent_metadata_set_guarded (parsed, FALSE);
  g_assert_true (agent_metadata_leave (parsed, "db"));
  g_assert_false (agent_metadata_leave (parsed, "db"));
  g_assert_true (agent_metadata_leave (parsed, "Production/웹 & <front>"));
  g_assert_true (agent_metadata_is_empty (parsed));
  g_assert_cmpuint (agent_metadata_get_memberships (parsed, &memberships), ==, 0);
}

static void
move (AgentMetadata *metadata, const char *from, const char *to, gboolean only)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (agent_metadata_move (metadata, from, to, only, &error));
  g_assert_no_error (error);
}

static void
test_move (void)
{
  g_autoptr (AgentMetadata) metadata = agent_metadata_new ();
  muri_v1_Membership *memberships = NULL;

  join (metadata, "a/b", 1, 0);
  join (metadata, "a/b/c", 0, 0);
  join (metadata, "a/bc", 0, 0);
  move (metadata, "a/b", "x", FALSE);
  g_assert_cmpuint (agent_metadata_get_memberships (metadata, &memberships), ==, 3);
  g_assert_cmpstr (memberships[0].group, ==, "x");
  g_assert_cmpint (memberships[0].start_order, ==, 1);
  g_assert_cmpstr (memberships[1].group, ==, "x/c");
  g_assert_cmpstr (memberships[2].group, ==, "a/bc");
  dds_free (memberships);

  /* Into a group that it is in already: once. */
  join (metadata, "x/d", 0, 0);
  join (metadata, "y", 7, 0);
  move (metadata, "x/d", "y", FALSE);
  g_assert_cmpuint (agent_metadata_get_memberships (metadata, &memberships), ==, 4);
  g_assert_cmpint (memberships[3].start_order, ==, 7);
  dds_free (memberships);
  g_assert_true (agent_metadata_leave (metadata, "y"));
  g_assert_false (agent_metadata_has_group (metadata, "y"));
}

/* One membership only, and then into its own sub-group is allowed. */
static void
test_move_only (void)
{
  g_autoptr (AgentMetadata) metadata = agent_metadata_new ();

  join (metadata, "a", 0, 0);
  join (metadata, "a/c", 0, 0);
  move (metadata, "a", "a/b", TRUE);
  g_assert_true (agent_metadata_has_group (metadata, "a/b"));
  g_assert_true (agent_metadata_has_group (metadata, "a/c"));
  g_assert_false (agent_metadata_has_group (metadata, "a"));
  move (metadata, "nowhere", "b", TRUE);
  g_assert_false (agent_metadata_has_group (metadata, "b"));
}

/* Nobody loses a place by where the others of the same move go. */
static void
test_move_up (void)
{
  g_autoptr (AgentMetadata) metadata = agent_metadata_new ();
  muri_v1_Membership *memberships = NULL;

  join (metadata, "a/b/b", 0, 0);
  join (metadata, "a/b", 0, 0);
  move (metadata, "a/b", "a", FALSE);
  g_assert_cmpuint (agent_metadata_get_memberships (metadata, &memberships), ==, 2);
  g_assert_cmpstr (memberships[0].group, ==, "a/b");
  g_assert_cmpstr (memberships[1].group, ==, "a");
  dds_free (memberships);
}

/* All or nothing. */
static void
test_move_too_long (void)
{
  g_autoptr (AgentMetadata) metadata = agent_metadata_new ();
  g_autofree char *name = g_strnfill (250, 'n');
  g_autofree char *deep = g_strjoin ("/", name, name, name, NULL);
  g_autofree char *below = g_strjoin ("/", "a", name, name, NULL);
  g_autoptr (GError) error = NULL;

  join (metadata, "a", 0, 0);
  join (metadata, below, 0, 0);
  g_assert_false (agent_metadata_move (metadata, "a", deep, FALSE, &error));
  g_assert_nonnull (error);
  g_assert_true (agent_metadata_has_group (metadata, "a"));
}

/* As libvirt gives it when asked by its namespace, and wants it. */
static void
test_plain (void)
{
  static const char *const same[] = {
    "<vm><group path=\"a\" order=\"2\"/><guarded/></vm>",
    "<vm>\n  <group path=\"a\" order=\"2\"/>\n  <guarded/>\n</vm>",
    "<vm xmlns:muri=\"" AGENT_METADATA_URI "\"><group path=\"a\" order=\"2\"/><guarded/></vm>",
    "<vm xmlns=\"" AGENT_METADATA_URI "\"><group path=\"a\" order=\"2\"/><guarded/></vm>",
    OPEN "<muri:group path=\"a\" order=\"2\"/><muri:guarded/>" CLOSE,
    "<x:vm xmlns:x=\"" AGENT_METADATA_URI "\"><x:group path=\"a\" order=\"2\"/><x:guarded/></x:vm>",
  };
  g_autoptr (AgentMetadata) empty = agent_metadata_new ();

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AgentMetadata) metadata = agent_metadata_parse (same[i], &error);
      g_autofree char *plain = NULL;

      g_assert_no_error (error);
      plain = agent_metadata_to_plain (metadata);
      g_assert_cmpstr (plain, ==, same[0]);
      g_assert_true (agent_metadata_is_guarded (metadata));
    }
  g_assert_null (agent_metadata_to_plain (empty));
}

/* What a later version wrote is not lost by an earlier one. */
static void
test_later (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentMetadata) metadata = agent_metadata_parse (
      OPEN "<muri:colour>red</muri:colour><muri:group path=\"a\" since=\"2030\"/>" CLOSE, &error);
  g_autofree char *xml = NULL;

  g_assert_no_error (error);
  join (metadata, "b", 0, 0);
  xml = agent_metadata_to_xml (metadata);
  g_assert_nonnull (strstr (xml, "<muri:colour>red</muri:colour>"));
  g_assert_nonnull (strstr (xml, "since=\"2030\""));
  g_assert_nonnull (strstr (xml, "path=\"b\""));
}

static void
test_nonsense (void)
{
  static const char *const nonsense[] = {
    "",
    "<not closed",
    "<machine/>",
    "<vm>text</vm>",
    "<muri:vm xmlns:muri=\"https://elsewhere.example/\"/>",
    OPEN "<muri:group/>" CLOSE,
    OPEN "<muri:group path=\"\"/>" CLOSE,
    OPEN "<muri:group path=\"a//b\"/>" CLOSE,
    OPEN "<muri:group path=\"a\" order=\"first\"/>" CLOSE,
    OPEN "<muri:group path=\"a\" delay=\"-1\"/>" CLOSE,
    "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" OPEN
    "<muri:group path=\"&e;\"/>" CLOSE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AgentMetadata) metadata = agent_metadata_parse (nonsense[i], &error);

      g_assert_null (metadata);
      g_assert_error (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_NONSENSE);
    }
}

static void
test_full (void)
{
  g_autoptr (AgentMetadata) metadata = agent_metadata_new ();
  muri_v1_Membership membership = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 64; i++)
    {
      g_autofree char *group = g_strdup_printf ("group-%u", i);

      join (metadata, group, 0, 0);
    }
  strcpy (membership.group, "one more");
  g_assert_false (agent_metadata_join (metadata, &membership, &error));
  g_assert_error (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_FULL);
  join (metadata, "group-63", 5, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metadata/round-trip", test_round_trip);
  g_test_add_func ("/metadata/move", test_move);
  g_test_add_func ("/metadata/move-only", test_move_only);
  g_test_add_func ("/metadata/move-up", test_move_up);
  g_test_add_func ("/metadata/move-too-long", test_move_too_long);
  g_test_add_func ("/metadata/plain", test_plain);
  g_test_add_func ("/metadata/later", test_later);
  g_test_add_func ("/metadata/nonsense", test_nonsense);
  g_test_add_func ("/metadata/full", test_full);
  return g_test_run ();
}
