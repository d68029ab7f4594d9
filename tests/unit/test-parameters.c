/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-parameters.h"

#include <stdarg.h>
#include <string.h>

#include "agent-pace.h"
#include "agent-wake.h"
#include "muri-words.h"

/* Names and values, ended by NULL. */
static GVariant *
given (const char *name, ...)
{
  GVariantBuilder builder;
  va_list args;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  va_start (args, name);
  for (; name != NULL; name = va_arg (args, const char *))
    g_variant_builder_add (&builder, "{ss}", name, va_arg (args, const char *));
  va_end (args);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static AgentParameters *
accept_given (guint verb, GVariant *variant)
{
  g_autoptr (GVariant) owned = variant;
  g_autoptr (GError) error = NULL;
  AgentParameters *parameters = agent_parameters_new (verb, owned, &error);

  g_assert_no_error (error);
  return parameters;
}

static void
refuse_given (guint verb, GVariant *variant, const char *part)
{
  g_autoptr (GVariant) owned = variant;
  g_autoptr (GError) error = NULL;

  g_assert_null (agent_parameters_new (verb, owned, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” says nothing of “%s”", error->message, part);
}

static void
test_accepted (void)
{
  g_autoptr (AgentParameters) join = accept_given (
      MURI_VERB_JOIN_GROUP, given ("group", "서울/web", "order", "-3", "delay", "20", NULL));
  g_autoptr (AgentParameters) move =
      accept_given (MURI_VERB_MOVE_GROUP, given ("from", "a", "to", "a/b", "only", "1", NULL));
  g_autoptr (AgentParameters) wake =
      accept_given (MURI_VERB_WAKE, given ("mac", "52:54:00:aB:cD:0f", NULL));
  g_autoptr (AgentParameters) shutdown = accept_given (
      MURI_VERB_SHUTDOWN, given ("then", "power-off", "grace", "30", "per-node", "2", NULL));
  g_autoptr (AgentParameters) none =
      accept_given (MURI_VERB_POWER_ON, given ("of-a-later-version", "whatever", NULL));

  g_assert_cmpstr (join->group, ==, "서울/web");
  g_assert_cmpint (join->order, ==, -3);
  g_assert_cmpuint (join->delay, ==, 20);
  g_assert_true (move->only);
  g_assert_cmphex (wake->mac_bytes[3], ==, 0xab);
  g_assert_cmphex (wake->mac_bytes[5], ==, 0x0f);
  g_assert_true (shutdown->power_off);
  g_assert_cmpuint (shutdown->grace, ==, 30);
  g_assert_cmpuint (shutdown->per_node, ==, 2);
  g_assert_cmpuint (none->per_node, ==, 0);
}

static void
test_refused (void)
{
  refuse_given (MURI_VERB_JOIN_GROUP, given (NULL, NULL), "group");
  refuse_given (MURI_VERB_JOIN_GROUP, given ("group", "", NULL), "group");
  refuse_given (MURI_VERB_JOIN_GROUP, given ("group", "a//b", NULL), "group");
  refuse_given (MURI_VERB_JOIN_GROUP, given ("group", "a\nb", NULL), "group");
  refuse_given (MURI_VERB_JOIN_GROUP, given ("group", "a", "group", "b", NULL), "twice");
  refuse_given (MURI_VERB_JOIN_GROUP, given ("group", "a", "order", "first", NULL), "order");
  refuse_given (MURI_VERB_JOIN_GROUP, given ("group", "a", "order", "2147483648", NULL), "order");
  refuse_given (MURI_VERB_JOIN_GROUP, given ("group", "a", "delay", "-1", NULL), "delay");
  refuse_given (MURI_VERB_JOIN_GROUP, given ("group", "a", "delay", "86401", NULL), "delay");
  refuse_given (MURI_VERB_LEAVE_GROUP, given ("from", "a", NULL), "group");
  refuse_given (MURI_VERB_MOVE_GROUP, given ("from", "a", NULL), "to");
  refuse_given (MURI_VERB_MOVE_GROUP, given ("from", "a", "to", "a/b", NULL), "into itself");
  refuse_given (MURI_VERB_MOVE_GROUP, given ("from", "a", "to", "b", "only", "yes", NULL), "only");
  refuse_given (MURI_VERB_WAKE, given (NULL, NULL), "mac");
  refuse_given (MURI_VERB_WAKE, given ("mac", "52:54:00:12:34", NULL), "mac");
  refuse_given (MURI_VERB_WAKE, given ("mac", "52:54:00:12:34:5g", NULL), "mac");
  refuse_given (MURI_VERB_SHUTDOWN, given ("then", "explode", "grace", "3", NULL), "then");
  refuse_given (MURI_VERB_SHUTDOWN, given ("then", "power-off", NULL), "grace");
  refuse_given (MURI_VERB_SHUTDOWN, given ("then", "power-off", "grace", "0", NULL), "grace");
  refuse_given (MURI_VERB_POWER_ON, given ("per-node", "0", NULL), "per-node");
  refuse_given (MURI_VERB_POWER_ON, given ("stop-after", "many", NULL), "stop-after");
}

#define TEMPLATE "7b1f0c4e-9a54-4d53-9a37-0123456789ab"
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@desk"

static void
test_clone (void)
{
  const guint verb = MURI_VERB_CLONE;
  g_autoptr (AgentParameters) whole =
      accept_given (verb, given ("template", TEMPLATE, "sources", "10.0.0.1:80 [fe80::1]:8080",
                                 "linked", "1", "start", "1", "seed", "1", "ssh-key", KEY,
                                 "network", "default", "disk", "10737418240", "groups", "a\nb/서울",
                                 "ready", "30", "vcpus", "4", "memory", "2097152", NULL));
  g_autoptr (AgentParameters) least = accept_given (verb, given ("template", TEMPLATE, NULL));

  g_assert_true (whole->linked && whole->start && whole->seed);
  g_assert_cmpstr (whole->groups[1], ==, "b/서울");
  g_assert_cmpint (whole->vcpus.value, ==, 4);
  g_assert_false (least->linked || least->start || least->seed || least->vcpus.given);
  refuse_given (verb, given (NULL, NULL), "template");
  refuse_given (verb, given ("template", "debian", NULL), "template");
  refuse_given (verb, given ("template", TEMPLATE, "sources", "host:80", NULL), "host:80");
  refuse_given (verb, given ("template", TEMPLATE, "sources", "10.0.0.1:0", NULL), "10.0.0.1:0");
  refuse_given (verb, given ("template", TEMPLATE, "linked", "yes", NULL), "linked");
  refuse_given (verb, given ("template", TEMPLATE, "seed", "1", "ssh-key", "x", NULL), "ssh-key");
  refuse_given (verb, given ("template", TEMPLATE, "seed", "1", "ssh-key", KEY "\nb", NULL),
                "ssh-key");
  refuse_given (verb, given ("template", TEMPLATE, "ssh-key", KEY, NULL), "seed");
  refuse_given (verb, given ("template", TEMPLATE, "network", "../x", NULL), "network");
  refuse_given (verb, given ("template", TEMPLATE, "groups", "a\na", NULL), "twice");
  refuse_given (verb, given ("template", TEMPLATE, "groups", "a\n", NULL), "groups");
  refuse_given (verb, given ("template", TEMPLATE, "ready", "5", NULL), "start");
  refuse_given (verb, given ("template", TEMPLATE, "vcpus", "+4", NULL), "vcpus");
  refuse_given (verb, given ("template", TEMPLATE, "disk", "5", NULL), "disk");
}

static void
test_names (void)
{
  static const char *const wrong[] = {
    "", ".hidden", "a/b", " a", "a ", "a\nb", "-rf", "..", NULL
  };
  g_autofree char *is_long = g_strnfill (201, 'a');

  g_assert_true (agent_parameters_check_name ("웹 서버-001", NULL));
  g_assert_false (agent_parameters_check_name (NULL, NULL));
  g_assert_false (agent_parameters_check_name (is_long, NULL));
  for (guint i = 0; wrong[i] != NULL; i++)
    g_assert_false (agent_parameters_check_name (wrong[i], NULL));
}

static void
test_resize (void)
{
  g_autoptr (AgentParameters) percent =
      accept_given (MURI_VERB_RESIZE, given ("memory", "-25%", "when", "next", NULL));
  g_autoptr (AgentParameters) more = accept_given (MURI_VERB_RESIZE, given ("vcpus", "+1", NULL));

  g_assert_true (percent->memory.relative && percent->memory.percent);
  g_assert_cmpint (percent->memory.value, ==, -25);
  g_assert_cmpuint (percent->when, ==, AGENT_WHEN_NEXT);
  g_assert_cmpint (more->vcpus.value, ==, 1);
  g_assert_cmpuint (more->when, ==, AGENT_WHEN_NOW | AGENT_WHEN_NEXT);
  refuse_given (MURI_VERB_RESIZE, given (NULL, NULL), "neither");
  refuse_given (MURI_VERB_RESIZE, given ("vcpus", "0", NULL), "vcpus");
  refuse_given (MURI_VERB_RESIZE, given ("vcpus", "+-1", NULL), "vcpus");
  refuse_given (MURI_VERB_RESIZE, given ("vcpus", "4%", NULL), "vcpus");
  refuse_given (MURI_VERB_RESIZE, given ("memory", "+%", NULL), "memory");
  refuse_given (MURI_VERB_RESIZE, given ("memory", "12", NULL), "memory");
  refuse_given (MURI_VERB_RESIZE, given ("vcpus", "2", "when", "later", NULL), "when");
}

static void
test_delete (void)
{
  g_autoptr (AgentParameters) none =
      accept_given (MURI_VERB_DELETE, given ("volumes", "none", NULL));
  g_autoptr (AgentParameters) some =
      accept_given (MURI_VERB_DELETE, given ("volumes", "vda vdb", NULL));

  g_assert_false (none->all_volumes);
  g_assert_null (none->volumes);
  g_assert_cmpstr (some->volumes[1], ==, "vdb");
  refuse_given (MURI_VERB_DELETE, given (NULL, NULL), "volumes");
  refuse_given (MURI_VERB_DELETE, given ("volumes", "", NULL), "volumes");
  refuse_given (MURI_VERB_DELETE, given ("volumes", "/etc/shadow", NULL), "volumes");
}

static void
test_pace (void)
{
  g_autoptr (AgentPace) pace = agent_pace_new (2, 2, 0);
  int a, b;

  g_assert_true (agent_pace_may_begin (pace));
  agent_pace_begin (pace);
  agent_pace_begin (pace);
  g_assert_false (agent_pace_may_begin (pace));
  agent_pace_park (pace, &a);
  agent_pace_park (pace, &b);
  agent_pace_end (pace);
  g_assert_true (agent_pace_may_begin (pace));
  agent_pace_forget (pace, &a);
  g_assert_true (agent_pace_unpark (pace) == &b);
  g_assert_null (agent_pace_unpark (pace));

  g_assert_false (agent_pace_note (pace, MURI_OUTCOME_DONE));
  g_assert_false (agent_pace_note (pace, MURI_OUTCOME_FAILED));
  g_assert_false (agent_pace_note (pace, MURI_OUTCOME_PROTECTED));
  g_assert_true (agent_pace_note (pace, MURI_OUTCOME_TIMED_OUT));
  g_assert_false (agent_pace_may_begin (pace));
  g_assert_false (agent_pace_note (pace, MURI_OUTCOME_FAILED));
}

static void
test_packet (void)
{
  static const guint8 mac[6] = { 0x52, 0x54, 0, 1, 2, 3 };
  guint8 packet[AGENT_WAKE_PACKET];

  agent_wake_fill (packet, mac);
  for (guint i = 0; i < 6; i++)
    g_assert_cmphex (packet[i], ==, 0xff);
  for (guint i = 6; i < AGENT_WAKE_PACKET; i++)
    g_assert_cmphex (packet[i], ==, mac[i % 6]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parameters/accepted", test_accepted);
  g_test_add_func ("/parameters/refused", test_refused);
  g_test_add_func ("/parameters/clone", test_clone);
  g_test_add_func ("/parameters/names", test_names);
  g_test_add_func ("/parameters/resize", test_resize);
  g_test_add_func ("/parameters/delete", test_delete);
  g_test_add_func ("/parameters/pace", test_pace);
  g_test_add_func ("/parameters/packet", test_packet);
  return g_test_run ();
}
