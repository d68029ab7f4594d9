/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-alarm-rule.h"

#include "muri-group-path.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Bytes of a rule's name. */
#define NAME_MAX_BYTES 255

/* An alarm at 90 % ends below 85 %: by this part of a full share, or of the threshold. */
#define HYSTERESIS_SHARE 0.05
#define HYSTERESIS_PART 0.1

#define HOSTS (1 << 0)
#define VMS (1 << 1)

typedef struct
{
  const char *nick; /* on disk: never changed */
  guint suits;
  gboolean state;
  double most; /* of a threshold */
} Kind;

static const Kind kinds[MURI_N_ALARM_MEASURES] = {
  [MURI_ALARM_CPU] = { "cpu", HOSTS | VMS, FALSE, 1 },
  [MURI_ALARM_MEMORY] = { "memory", HOSTS | VMS, FALSE, 1 },
  [MURI_ALARM_STORAGE] = { "storage", HOSTS, FALSE, 1 },
  [MURI_ALARM_IOWAIT] = { "iowait", HOSTS, FALSE, 1 },
  [MURI_ALARM_STEAL] = { "steal", HOSTS, FALSE, 1 },
  [MURI_ALARM_PRESSURE_CPU] = { "pressure-cpu", HOSTS, FALSE, 1 },
  [MURI_ALARM_PRESSURE_MEMORY] = { "pressure-memory", HOSTS, FALSE, 1 },
  [MURI_ALARM_PRESSURE_IO] = { "pressure-io", HOSTS, FALSE, 1 },
  [MURI_ALARM_DISK_LATENCY] = { "disk-latency", HOSTS | VMS, FALSE, 3600 },
  [MURI_ALARM_UNREACHABLE] = { "unreachable", HOSTS, TRUE, 0 },
  [MURI_ALARM_HYPERVISOR_DOWN] = { "hypervisor-down", HOSTS, TRUE, 0 },
  [MURI_ALARM_CRASHED] = { "crashed", VMS, TRUE, 0 },
  [MURI_ALARM_UNANSWERED] = { "unanswered", VMS, TRUE, 0 },
};

struct _MuriAlarmRule
{
  GObject parent_instance;
  MuriAlarmRuleBody body; /* its texts are its own */
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_SCOPE,
  PROP_ENABLED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_QUARK (muri - alarm - error - quark, muri_alarm_error)
G_DEFINE_FINAL_TYPE (MuriAlarmRule, muri_alarm_rule, G_TYPE_OBJECT)

/**
 * muri_alarm_measure_is_state:
 * @measure: what a rule looks at
 *
 * Returns: whether it is so or not so, without a threshold
 */
gboolean
muri_alarm_measure_is_state (MuriAlarmMeasure measure)
{
  return kinds[measure].state;
}

/**
 * muri_alarm_measure_suits:
 * @measure: what a rule looks at
 * @hosts: of hosts, else of VMs
 *
 * Returns: whether they have it
 */
gboolean
muri_alarm_measure_suits (MuriAlarmMeasure measure, gboolean hosts)
{
  return (kinds[measure].suits & (hosts ? HOSTS : VMS)) != 0;
}

/* ---- checking ---- */

static gboolean
is_vm_id (const char *id)
{
  const char *slash = strchr (id, '/');
  g_autofree char *node = slash != NULL ? g_strndup (id, slash - id) : NULL;
  muri_v1_Uuid uuid;

  return node != NULL && muri_uuid_parse (node, &uuid) && muri_uuid_parse (slash + 1, &uuid);
}

static gboolean
is_scope (const char *scope)
{
  muri_v1_Uuid uuid;

  if (g_str_has_prefix (scope, "group:"))
    return muri_group_path_check (scope + strlen ("group:"), NULL);
  if (g_str_has_prefix (scope, "node:"))
    return muri_uuid_parse (scope + strlen ("node:"), &uuid);
  if (g_str_has_prefix (scope, "vm:"))
    return is_vm_id (scope + strlen ("vm:"));
  return *scope == '\0';
}

static gboolean
fail (GError **error, MuriAlarmError code, const char *sentence)
{
  g_set_error_literal (error, MURI_ALARM_ERROR, code, sentence);
  return FALSE;
}

/**
 * muri_alarm_rule_check:
 * @body: what would make a rule
 * @error: a sentence: MURI_ALARM_ERROR_*
 *
 * Returns: whether it can be one
 */
gboolean
muri_alarm_rule_check (const MuriAlarmRuleBody *body, GError **error)
{
  const Kind *kind;

  if (body->name == NULL || *body->name == '\0' || strlen (body->name) > NAME_MAX_BYTES
      || !g_utf8_validate (body->name, -1, NULL))
    return fail (error, MURI_ALARM_ERROR_NAME, _ ("A rule needs a name of at most 255 bytes"));
  if ((guint)body->measure >= MURI_N_ALARM_MEASURES
      || !muri_alarm_measure_suits (body->measure, body->hosts))
    return fail (error, MURI_ALARM_ERROR_MEASURE,
                 body->hosts ? _ ("Hosts do not have this figure")
                             : _ ("Virtual machines do not have this figure"));
  kind = &kinds[body->measure];
  if (!kind->state
      && !(isfinite (body->threshold) && body->threshold >= 0 && body->threshold <= kind->most))
    return fail (error, MURI_ALARM_ERROR_THRESHOLD, _ ("The threshold is out of range"));
  if (body->duration > MURI_ALARM_DURATION_MAX)
    return fail (error, MURI_ALARM_ERROR_DURATION, _ ("A rule waits at most a week"));
  if (body->scope == NULL || !is_scope (body->scope))
    return fail (error, MURI_ALARM_ERROR_SCOPE, _ ("What the rule is about cannot be understood"));
  return TRUE;
}

/* ---- the object ---- */

static void
muri_alarm_rule_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriAlarmRule *self = MURI_ALARM_RULE (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->body.id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->body.name);
      break;
    case PROP_SCOPE:
      g_value_set_string (value, self->body.scope);
      break;
    case PROP_ENABLED:
      g_value_set_boolean (value, self->body.enabled);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_alarm_rule_finalize (GObject *object)
{
  MuriAlarmRule *self = MURI_ALARM_RULE (object);

  g_free ((char *)self->body.id);
  g_free ((char *)self->body.name);
  g_free ((char *)self->body.scope);

  G_OBJECT_CLASS (muri_alarm_rule_parent_class)->finalize (object);
}

static void
muri_alarm_rule_class_init (MuriAlarmRuleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = muri_alarm_rule_get_property;
  object_class->finalize = muri_alarm_rule_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_SCOPE] = g_param_spec_string ("scope", NULL, NULL, NULL, flags);
  properties[PROP_ENABLED] = g_param_spec_boolean ("enabled", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_alarm_rule_init (MuriAlarmRule *self)
{
}

/**
 * muri_alarm_rule_new:
 * @body: one that muri_alarm_rule_check() accepts
 *
 * Returns: (transfer full): a rule
 */
MuriAlarmRule *
muri_alarm_rule_new (const MuriAlarmRuleBody *body)
{
  MuriAlarmRule *self = g_object_new (MURI_TYPE_ALARM_RULE, NULL);

  self->body = *body;
  self->body.id = body->id != NULL ? g_strdup (body->id) : g_uuid_string_random ();
  self->body.name = g_strdup (body->name);
  self->body.scope = g_strdup (body->scope);
  return self;
}

/**
 * muri_alarm_rule_get:
 * @rule: a rule
 *
 * Returns: (transfer none): all that it says
 */
const MuriAlarmRuleBody *
muri_alarm_rule_get (MuriAlarmRule *rule)
{
  return &rule->body;
}

/**
 * muri_alarm_rule_get_id:
 * @rule: a rule
 *
 * Returns: what alarms name it by
 */
const char *
muri_alarm_rule_get_id (MuriAlarmRule *rule)
{
  return rule->body.id;
}

/**
 * muri_alarm_rule_get_name:
 * @rule: a rule
 *
 * Returns: as a person calls it
 */
const char *
muri_alarm_rule_get_name (MuriAlarmRule *rule)
{
  return rule->body.name;
}

/**
 * muri_alarm_rule_get_end:
 * @rule: a rule
 *
 * Between this and the threshold an alarm does not end, and what is on its way to one goes on.
 *
 * Returns: the value past which a raised alarm ends; of a state 0.5
 */
double
muri_alarm_rule_get_end (MuriAlarmRule *rule)
{
  const MuriAlarmRuleBody *body = &rule->body;
  double distance;

  if (kinds[body->measure].state)
    return 0.5;
  distance = kinds[body->measure].most == 1 ? HYSTERESIS_SHARE : body->threshold * HYSTERESIS_PART;
  distance = MIN (distance, body->threshold / 2);
  return body->above ? body->threshold - distance : body->threshold + distance;
}

/* ---- on disk ---- */

GVariant *
muri_alarm_rule_save (MuriAlarmRule *rule)
{
  const MuriAlarmRuleBody *b = &rule->body;

  return g_variant_new ("(ssbbssbduu)", b->id, b->name, b->enabled, b->hosts, b->scope,
                        kinds[b->measure].nick, b->above, b->threshold, b->duration, b->severity);
}

static MuriAlarmMeasure
find_measure (const char *nick)
{
  guint i = 0;

  while (i < MURI_N_ALARM_MEASURES && !g_str_equal (kinds[i].nick, nick))
    i++;
  return i;
}

MuriAlarmRule *
muri_alarm_rule_load (GVariant *saved)
{
  MuriAlarmRuleBody b = { 0 };
  const char *nick;

  if (!g_variant_is_of_type (saved, G_VARIANT_TYPE ("(ssbbssbduu)")))
    return NULL;
  g_variant_get (saved, "(&s&sbb&s&sbduu)", &b.id, &b.name, &b.enabled, &b.hosts, &b.scope, &nick,
                 &b.above, &b.threshold, &b.duration, &b.severity);
  b.measure = find_measure (nick);
  return *b.id != '\0' && muri_alarm_rule_check (&b, NULL) ? muri_alarm_rule_new (&b) : NULL;
}
