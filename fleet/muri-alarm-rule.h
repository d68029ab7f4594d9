/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define MURI_ALARM_ERROR (muri_alarm_error_quark ())

typedef enum
{
  MURI_ALARM_ERROR_NAME,      /* empty, or too long */
  MURI_ALARM_ERROR_MEASURE,   /* hosts or VMs do not have it */
  MURI_ALARM_ERROR_THRESHOLD, /* out of range */
  MURI_ALARM_ERROR_DURATION,  /* out of range */
  MURI_ALARM_ERROR_SCOPE,     /* what it is about is written wrongly */
  MURI_ALARM_ERROR_MANY,      /* there are too many rules */
} MuriAlarmError;

GQuark muri_alarm_error_quark (void);

/** Seconds that a rule may wait, and rules that a console may have. */
#define MURI_ALARM_DURATION_MAX (7 * 24 * 3600)
#define MURI_ALARM_RULES_MAX 200

/**
 * MuriAlarmMeasure: what a rule looks at: a figure, or whether something is so.
 *
 * Shares are of 0 to 1; latency is in seconds; from %MURI_ALARM_UNREACHABLE on it is a state.
 */
typedef enum
{
  MURI_ALARM_CPU,             /* of a VM's own vCPUs, of a host's processors */
  MURI_ALARM_MEMORY,          /* used, of what there is */
  MURI_ALARM_STORAGE,         /* hosts: the default pool's file system, of its size */
  MURI_ALARM_IOWAIT,          /* hosts */
  MURI_ALARM_STEAL,           /* hosts */
  MURI_ALARM_PRESSURE_CPU,    /* hosts */
  MURI_ALARM_PRESSURE_MEMORY, /* hosts */
  MURI_ALARM_PRESSURE_IO,     /* hosts */
  MURI_ALARM_DISK_LATENCY,
  MURI_ALARM_UNREACHABLE,     /* hosts: nothing is heard of its agent */
  MURI_ALARM_HYPERVISOR_DOWN, /* hosts: its agent does not reach libvirt */
  MURI_ALARM_CRASHED,         /* VMs */
  MURI_ALARM_UNANSWERED,      /* VMs: its monitor does not answer */
  MURI_N_ALARM_MEASURES
} MuriAlarmMeasure;

gboolean muri_alarm_measure_is_state (MuriAlarmMeasure measure);
gboolean muri_alarm_measure_suits (MuriAlarmMeasure measure, gboolean hosts);

/**
 * MuriAlarmRuleBody: all that makes a rule.
 * @id: (nullable): a new one gets one
 * @name: as a person calls it
 * @hosts: it is about hosts, not VMs
 * @scope: "" all of the fleet, "group:PATH", "node:ID", "vm:ID"
 * @above: over @threshold, not under it; states have neither
 * @duration: seconds that it has to be so
 * @severity: %MURI_SEVERITY_WARNING or %MURI_SEVERITY_ERROR
 */
typedef struct
{
  const char *id;
  const char *name;
  gboolean enabled;
  gboolean hosts;
  const char *scope;
  MuriAlarmMeasure measure;
  gboolean above;
  double threshold;
  guint duration;
  guint severity;
} MuriAlarmRuleBody;

gboolean muri_alarm_rule_check (const MuriAlarmRuleBody *body, GError **error);

/**
 * MuriAlarmRule: when an alarm is to be raised; immutable.
 *
 * Properties: id, name, scope (strings), enabled (gboolean)
 */
#define MURI_TYPE_ALARM_RULE (muri_alarm_rule_get_type ())
G_DECLARE_FINAL_TYPE (MuriAlarmRule, muri_alarm_rule, MURI, ALARM_RULE, GObject)

MuriAlarmRule *muri_alarm_rule_new (const MuriAlarmRuleBody *body);

/* Valid as long as the rule. */
const MuriAlarmRuleBody *muri_alarm_rule_get (MuriAlarmRule *rule);
const char *muri_alarm_rule_get_id (MuriAlarmRule *rule);
const char *muri_alarm_rule_get_name (MuriAlarmRule *rule);

/* The value at which a raised alarm ends: a little on the good side of the threshold. */
double muri_alarm_rule_get_end (MuriAlarmRule *rule);

/* For the store; (nullable): what cannot be read is no rule. */
GVariant *muri_alarm_rule_save (MuriAlarmRule *rule);
MuriAlarmRule *muri_alarm_rule_load (GVariant *saved);

G_END_DECLS
