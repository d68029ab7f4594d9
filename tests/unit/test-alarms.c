/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-uuid.h"

#include <math.h>

#define S G_TIME_SPAN_SECOND

static const MuriAlarmRuleBody busy = {
  .id = "busy",
  .name = "Busy",
  .enabled = TRUE,
  .scope = "",
  .measure = MURI_ALARM_CPU,
  .above = TRUE,
  .threshold = 0.9,
  .duration = 10,
  .severity = MURI_SEVERITY_WARNING,
};

/* ---- judging ---- */

static MuriAlarmVerdict
judge_for (MuriAlarmRule *rule, MuriAlarmState *state, double value, gint64 *time, guint seconds)
{
  MuriAlarmVerdict verdict = MURI_ALARM_NOTHING;

  for (guint i = 0; i < seconds && verdict == MURI_ALARM_NOTHING; i++)
    verdict = muri_alarm_judge (rule, state, value, *time += S, S);
  return verdict;
}

static void
test_judge (void)
{
  g_autoptr (MuriAlarmRule) rule = muri_alarm_rule_new (&busy);
  MuriAlarmState state = { 0 };
  gint64 time = 1000 * S;

  g_assert_cmpint (judge_for (rule, &state, 0.95, &time, 10), ==, MURI_ALARM_NOTHING);
  g_assert_cmpint (judge_for (rule, &state, 0.97, &time, 1), ==, MURI_ALARM_BEGINS);
  g_assert_cmpint (state.since, ==, 1001 * S);
  g_assert_cmpfloat (state.peak, ==, 0.97);

  /* Between threshold and end nothing ends, however long. */
  g_assert_cmpint (judge_for (rule, &state, 0.87, &time, 100), ==, MURI_ALARM_NOTHING);
  g_assert_cmpint (judge_for (rule, &state, 0.80, &time, 10), ==, MURI_ALARM_NOTHING);
  g_assert_cmpint (judge_for (rule, &state, 0.86, &time, 1), ==, MURI_ALARM_NOTHING);
  g_assert_cmpint (judge_for (rule, &state, 0.80, &time, 10), ==, MURI_ALARM_NOTHING);
  g_assert_cmpint (judge_for (rule, &state, 0.80, &time, 1), ==, MURI_ALARM_ENDS);
  g_assert_cmpint (state.ending, ==, time - 10 * S);
  g_assert_true (muri_alarm_state_is_idle (&state));
}

static void
test_unknown (void)
{
  g_autoptr (MuriAlarmRule) rule = muri_alarm_rule_new (&busy);
  MuriAlarmState state = { 0 };
  gint64 time = 1000 * S;

  /* What nobody knows does not count as time over the threshold. */
  judge_for (rule, &state, 0.95, &time, 9);
  g_assert_cmpint (judge_for (rule, &state, NAN, &time, 1), ==, MURI_ALARM_NOTHING);
  g_assert_cmpint (judge_for (rule, &state, 0.95, &time, 10), ==, MURI_ALARM_NOTHING);
  time += 60 * S; /* the computer slept */
  g_assert_cmpint (judge_for (rule, &state, 0.95, &time, 10), ==, MURI_ALARM_NOTHING);
  time -= 3600 * S; /* the clock was set back */
  g_assert_cmpint (judge_for (rule, &state, 0.95, &time, 10), ==, MURI_ALARM_NOTHING);
  g_assert_cmpint (judge_for (rule, &state, 0.95, &time, 1), ==, MURI_ALARM_BEGINS);

  /* And does not end what is so. */
  g_assert_cmpint (judge_for (rule, &state, NAN, &time, 1000), ==, MURI_ALARM_NOTHING);
  g_assert_true (state.raised);
}

static void
test_below (void)
{
  MuriAlarmRuleBody body = busy;
  g_autoptr (MuriAlarmRule) rule = NULL;
  MuriAlarmState state = { 0 };
  gint64 time = 1000 * S;

  body.above = FALSE;
  body.threshold = 0.1;
  rule = muri_alarm_rule_new (&body);
  g_assert_cmpint (judge_for (rule, &state, 0.05, &time, 20), ==, MURI_ALARM_BEGINS);
  g_assert_cmpint (judge_for (rule, &state, 0.12, &time, 100), ==, MURI_ALARM_NOTHING);
  g_assert_cmpint (judge_for (rule, &state, 0.5, &time, 20), ==, MURI_ALARM_ENDS);
}

/* ---- rules ---- */

static void
test_rules (void)
{
  MuriAlarmRuleBody body = busy;
  g_autoptr (MuriAlarmRule) rule = muri_alarm_rule_new (&busy);
  g_autoptr (GVariant) saved = g_variant_ref_sink (muri_alarm_rule_save (rule));
  g_autoptr (GVariant) wrong = g_variant_ref_sink (g_variant_new ("(ss)", "a", "b"));
  g_autoptr (MuriAlarmRule) loaded = muri_alarm_rule_load (saved);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (muri_alarm_rule_get_id (loaded), ==, "busy");
  g_assert_cmpfloat (muri_alarm_rule_get (loaded)->threshold, ==, 0.9);
  g_assert_null (muri_alarm_rule_load (wrong));

#define refused(code)                                                                              \
  g_assert_false (muri_alarm_rule_check (&body, &error));                                          \
  g_assert_error (error, MURI_ALARM_ERROR, code);                                                  \
  g_clear_error (&error);                                                                          \
  body = busy
  body.name = "";
  refused (MURI_ALARM_ERROR_NAME);
  body.measure = MURI_ALARM_STORAGE;
  refused (MURI_ALARM_ERROR_MEASURE);
  body.measure = MURI_N_ALARM_MEASURES;
  refused (MURI_ALARM_ERROR_MEASURE);
  body.threshold = NAN;
  refused (MURI_ALARM_ERROR_THRESHOLD);
  body.threshold = 1.5;
  refused (MURI_ALARM_ERROR_THRESHOLD);
  body.duration = MURI_ALARM_DURATION_MAX + 1;
  refused (MURI_ALARM_ERROR_DURATION);
  body.scope = "group:a//b";
  refused (MURI_ALARM_ERROR_SCOPE);
  body.scope = "vm:nonsense";
  refused (MURI_ALARM_ERROR_SCOPE);
#undef refused
}

/* ---- a fleet ---- */

typedef struct
{
  MuriFleet *fleet;
  MuriAlarms *alarms;
  gint64 time;
  guint n_raised;
} World;

static void
on_raised (MuriAlarms *alarms, GPtrArray *raised, World *world)
{
  world->n_raised += raised->len;
}

static void
world_open (World *w, const char *directory)
{
  w->fleet = fixture_open (directory);
  w->alarms = muri_fleet_get_alarms (w->fleet);
  w->time = 1000 * S;
  w->n_raised = 0;
  g_signal_connect (w->alarms, "raised", G_CALLBACK (on_raised), w);
}

static void
pass (World *w, float cpu, guint seconds)
{
  for (guint i = 0; i < seconds; i++)
    {
      fixture_fold_one (w->fleet, fixture_sample (1, cpu, 1, 2));
      muri_alarms_pass (w->alarms, w->time += S, FALSE);
    }
}

static void
fill (World *w)
{
  MuriChange changes[] = { fixture_node (1, 2), fixture_vm (1, 1, MURI_VM_STATE_RUNNING),
                           fixture_vm (1, 2, MURI_VM_STATE_RUNNING) };

  fixture_fold (w->fleet, changes, G_N_ELEMENTS (changes));
}

/* The rule of the test alone. */
static void
watch_only (World *w, const MuriAlarmRuleBody *body)
{
  GListModel *rules = muri_alarms_get_rules (w->alarms);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (rules), >, 4);
  while (g_list_model_get_n_items (rules) > 0)
    {
      g_autoptr (MuriAlarmRule) rule = g_list_model_get_item (rules, 0);

      muri_alarms_remove_rule (w->alarms, rule);
    }
  g_assert_nonnull (muri_alarms_set_rule (w->alarms, body, &error));
  g_assert_no_error (error);
}

static MuriAlarm *
nth (World *w, guint i)
{
  g_autoptr (MuriAlarm) alarm = g_list_model_get_item (muri_alarms_get_list (w->alarms), i);

  return alarm;
}

static guint
count (World *w)
{
  return g_list_model_get_n_items (muri_alarms_get_list (w->alarms));
}

static guint
count_events (World *w, guint kind)
{
  GListModel *events = muri_fleet_get_events (w->fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (MuriEvent) event = g_list_model_get_item (events, i);

      n += muri_event_get_kind (event) == kind;
    }
  return n;
}

static void
test_fleet (void)
{
  World w;
  const char *vm;

  world_open (&w, NULL);
  fill (&w);
  watch_only (&w, &busy);
  vm = muri_vm_get_id (fixture_find_vm (w.fleet, 1, 1));

  pass (&w, 0.5, 20);
  g_assert_cmpuint (count (&w), ==, 0);
  pass (&w, 0.95, 11);
  g_assert_cmpuint (count (&w), ==, 2);
  g_assert_cmpuint (w.n_raised, ==, 2);
  g_assert_cmpuint (muri_alarms_get_n_open (w.alarms), ==, 2);
  g_assert_cmpuint (muri_alarms_get_severity_of (w.alarms, vm), ==, MURI_SEVERITY_WARNING);
  g_assert_cmpuint (
      muri_alarms_get_severity_of (w.alarms, muri_node_get_id (fixture_find_node (w.fleet, 1))), ==,
      MURI_SEVERITY_WARNING);

  muri_alarms_acknowledge (w.alarms, nth (&w, 0));
  g_assert_cmpuint (muri_alarms_get_n_open (w.alarms), ==, 1);
  muri_alarms_mute (w.alarms, "rule:busy", g_get_real_time () + 3600 * S);
  g_assert_cmpuint (muri_alarms_get_n_open (w.alarms), ==, 0);
  g_assert_cmpuint (muri_alarms_get_severity_of (w.alarms, vm), ==, 0);
  muri_alarms_mute (w.alarms, "rule:busy", 0);
  g_assert_cmpuint (muri_alarms_get_n_open (w.alarms), ==, 1);

  pass (&w, 0.2, 12);
  g_assert_cmpuint (count (&w), ==, 2);
  g_assert_cmpuint (muri_alarms_get_n_open (w.alarms), ==, 0);
  g_assert_cmpint (muri_alarm_get_until (nth (&w, 0)), >, muri_alarm_get_since (nth (&w, 0)));
  g_assert_cmpuint (muri_alarms_get_severity_of (w.alarms, vm), ==, 0);
  muri_fleet_settle (w.fleet);
  g_assert_cmpuint (count_events (&w, MURI_EVENT_ALARM_BEGAN), ==, 2);
  g_assert_cmpuint (count_events (&w, MURI_EVENT_ALARM_ENDED), ==, 2);
  fixture_close (w.fleet);
}

/* Whose VM or rule is gone is over; what is about one VM says nothing of another. */
static void
test_scope (void)
{
  World w;
  MuriAlarmRuleBody body = busy;
  g_autofree char *scope = NULL;

  world_open (&w, NULL);
  fill (&w);
  scope = g_strconcat ("vm:", muri_vm_get_id (fixture_find_vm (w.fleet, 1, 2)), NULL);
  body.scope = scope;
  watch_only (&w, &body);
  pass (&w, 0.95, 11);
  g_assert_cmpuint (count (&w), ==, 1);
  g_assert_cmpstr (muri_alarm_get_vm_name (nth (&w, 0)), ==, "vm-2");

  fixture_fold_one (
      w.fleet, fixture_with_life (fixture_vm (1, 2, MURI_VM_STATE_RUNNING), MURI_LIFE_DISPOSED));
  pass (&w, 0.95, 1);
  g_assert_false (muri_alarm_is_active (nth (&w, 0)));
  fixture_close (w.fleet);
}

/* What began in one session goes on in the next, acknowledged as it was. */
static void
test_kept (void)
{
  g_autofree char *directory = fixture_directory ();
  World w;

  world_open (&w, directory);
  fill (&w);
  watch_only (&w, &busy);
  pass (&w, 0.95, 11);
  muri_alarms_acknowledge (w.alarms, nth (&w, 0));
  fixture_close (w.fleet);

  world_open (&w, directory);
  fill (&w);
  g_assert_cmpuint (g_list_model_get_n_items (muri_alarms_get_rules (w.alarms)), ==, 1);
  g_assert_cmpuint (count (&w), ==, 2);
  g_assert_cmpuint (muri_alarms_get_n_open (w.alarms), ==, 1);
  pass (&w, 0.95, 5);
  g_assert_cmpuint (count (&w), ==, 2);
  g_assert_cmpuint (w.n_raised, ==, 0);
  g_assert_true (muri_alarm_is_active (nth (&w, 0)));
  pass (&w, 0.1, 12);
  g_assert_false (muri_alarm_is_active (nth (&w, 0)));
  g_assert_false (muri_alarm_is_active (nth (&w, 1)));
  fixture_close (w.fleet);
  fixture_remove_directory (directory);
}

/* A crash is told of at once. */
static void
test_state (void)
{
  World w;
  MuriAlarmRuleBody body = busy;

  world_open (&w, NULL);
  fill (&w);
  body.measure = MURI_ALARM_CRASHED;
  body.duration = 0;
  body.severity = MURI_SEVERITY_ERROR;
  watch_only (&w, &body);
  pass (&w, 0.1, 2);
  g_assert_cmpuint (count (&w), ==, 0);
  fixture_fold_one (w.fleet, fixture_vm (1, 1, MURI_VM_STATE_CRASHED));
  pass (&w, 0.1, 1);
  g_assert_cmpuint (w.n_raised, ==, 1);
  fixture_fold_one (w.fleet, fixture_vm (1, 1, MURI_VM_STATE_RUNNING));
  pass (&w, 0.1, 1);
  g_assert_false (muri_alarm_is_active (nth (&w, 0)));
  fixture_close (w.fleet);
}

/* ---- the past ---- */

static void
remember (World *w, gint64 from, guint seconds, float cpu)
{
  MuriHistory *history = muri_fleet_get_history (w->fleet);
  GArray *samples = muri_history_samples_new ();

  for (guint i = 0; i < seconds; i++)
    {
      MuriHistorySample sample = { fixture_sample (1, cpu, 1, 2).sample, from + i * S };

      sample.sample->sequence_number = (guint32)(from / S) + i;
      g_array_append_val (samples, sample);
    }
  muri_history_take (history, samples);
}

/* Fetched from the agents later: ten minutes ago it was busy for two minutes, which nobody saw. */
static void
test_past (void)
{
  World w;
  gint64 busy_from = g_get_real_time () / S * S - 600 * S;

  world_open (&w, NULL);
  fill (&w);
  watch_only (&w, &busy);
  remember (&w, busy_from - 60 * S, 60, 0.1f);
  remember (&w, busy_from, 120, 0.97f);
  remember (&w, busy_from + 120 * S, 120, 0.1f);
  g_signal_emit_by_name (muri_fleet_get_history (w.fleet), "extended", busy_from - 60 * S,
                         busy_from + 240 * S);
  fixture_await (count (&w) == 2);

  g_assert_true (muri_alarm_was_found_later (nth (&w, 0)));
  g_assert_false (muri_alarm_is_active (nth (&w, 0)));
  g_assert_cmpuint (w.n_raised, ==, 0);
  g_assert_cmpint (ABS (muri_alarm_get_since (nth (&w, 0)) - busy_from), <=, 10 * S);
  g_assert_cmpint (ABS (muri_alarm_get_until (nth (&w, 0)) - busy_from - 120 * S), <=, 10 * S);
  g_assert_cmpfloat (muri_alarm_get_peak (nth (&w, 0)), >, 0.95);

  /* Told of once more, they are the same ones. */
  g_signal_emit_by_name (muri_fleet_get_history (w.fleet), "extended", busy_from - 60 * S,
                         busy_from + 240 * S);
  muri_alarms_remove_rule (w.alarms, muri_alarms_find_rule (w.alarms, "busy"));
  g_assert_cmpuint (count (&w), ==, 2);
  fixture_close (w.fleet);
}

static MuriChange
happened (guint64 number, guint vm, guint kind, gint64 time)
{
  MuriChange change = fixture_event (1, number, time);
  muri_v1_Event *sample = change.sample;

  sample->kind = (uint16_t)kind;
  if (vm > 0)
    sample->vm = fixture_uuid (vm);
  return change;
}

/* What agents tell of the time when no console looked: of that which is over. */
static void
test_past_events (void)
{
  World w;
  gint64 then = g_get_real_time () / S * S - 3600 * S;
  MuriChange events[] = {
    happened (1, 1, MURI_EVENT_VM_CRASHED, then),
    happened (2, 2, MURI_EVENT_VM_UNANSWERED, then + S),
    happened (3, 2, MURI_EVENT_VM_ANSWERED, then + 20 * S), /* sooner than the rule's minute */
    happened (4, 1, MURI_EVENT_VM_STARTED, then + 300 * S),
    happened (5, 0, MURI_EVENT_HYPERVISOR_LOST, then + 400 * S),
    happened (6, 0, MURI_EVENT_HYPERVISOR_BACK, then + 500 * S),
    happened (7, 2, MURI_EVENT_VM_CRASHED, then + 600 * S), /* and has not been started since */
    happened (8, 2, MURI_EVENT_VM_CRASHED, g_get_real_time ()),
  };

  world_open (&w, NULL);
  fill (&w);
  fixture_fold_one (w.fleet, fixture_vm (1, 2, MURI_VM_STATE_CRASHED));
  fixture_fold (w.fleet, events, G_N_ELEMENTS (events));
  pass (&w, 0.1f, 2);
  fixture_await (count (&w) == 3);

  /* What is still so is raised as it always is, once. */
  g_assert_true (muri_alarm_is_active (nth (&w, 0)));
  g_assert_cmpstr (muri_alarm_get_vm_name (nth (&w, 0)), ==, "vm-2");

  g_assert_cmpstr (muri_alarm_get_rule_id (nth (&w, 1)), ==, "hypervisor-down");
  g_assert_cmpint (muri_alarm_get_since (nth (&w, 1)), ==, then + 400 * S);
  g_assert_cmpint (muri_alarm_get_until (nth (&w, 1)), ==, then + 500 * S);
  g_assert_true (muri_alarm_was_found_later (nth (&w, 1)));
  g_assert_cmpstr (muri_alarm_get_rule_id (nth (&w, 2)), ==, "vm-crashed");
  g_assert_cmpstr (muri_alarm_get_vm_name (nth (&w, 2)), ==, "vm-1");
  g_assert_cmpint (muri_alarm_get_since (nth (&w, 2)), ==, then);
  g_assert_cmpint (muri_alarm_get_until (nth (&w, 2)), ==, then + 300 * S);
  g_assert_true (muri_alarm_was_found_later (nth (&w, 2)));
  fixture_close (w.fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alarms/judge", test_judge);
  g_test_add_func ("/alarms/unknown", test_unknown);
  g_test_add_func ("/alarms/below", test_below);
  g_test_add_func ("/alarms/rules", test_rules);
  g_test_add_func ("/alarms/fleet", test_fleet);
  g_test_add_func ("/alarms/scope", test_scope);
  g_test_add_func ("/alarms/kept", test_kept);
  g_test_add_func ("/alarms/state", test_state);
  g_test_add_func ("/alarms/past", test_past);
  g_test_add_func ("/alarms/past-events", test_past_events);
  return g_test_run ();
}
