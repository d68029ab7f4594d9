/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-alarm-judge.h"
#include "muri-alarm-private.h"
#include "muri-alarms.h"
#include "muri-groups.h"
#include "muri-history.h"
#include "muri-node.h"
#include "muri-store.h"

G_BEGIN_DECLS

typedef struct _MuriAlarmReview MuriAlarmReview;

/* A rule at work with one object. */
typedef struct
{
  MuriAlarmState state;
  MuriAlarm *alarm; /* while it is raised */
  guint pass;       /* when it was judged last */
} MuriAlarmWatch;

/* A rule, and all objects with which something is on its way. */
typedef struct
{
  MuriAlarmRule *rule;
  GHashTable *watches; /* the object to MuriAlarmWatch */
} MuriAlarmPost;

struct _MuriAlarms
{
  GObject parent_instance;

  GListModel *nodes;
  GListModel *vms;
  GListModel *events;
  MuriGroups *groups;
  MuriStore *store;        /* NULL: nothing is kept */
  MuriAlarmReview *review; /* of the past */

  GListStore *rules;
  GListStore *list;
  GPtrArray *posts;     /* MuriAlarmPost, in the order of the rules */
  GHashTable *mutes;    /* what to gint64 * */
  GHashTable *restored; /* "RULE OBJECT" to MuriAlarm: active ones of an earlier time */
  GHashTable *severities;
  GPtrArray *begun;     /* in this pass */
  GPtrArray *all_nodes; /* in this pass, NULL: nobody asked */
  GPtrArray *all_vms;   /* the same */
  gboolean changed;     /* in this pass */
  guint pass;
  guint n_active;
  guint n_open;
  guint severity;
};

/* @events: of MuriEvent, the newest first */
MuriAlarms *muri_alarms_new (GListModel *nodes, GListModel *vms, GListModel *events,
                             MuriGroups *groups, MuriHistory *history);

/* @events: (element-type MuriEvent): that came from agents, and are in the model */
void muri_alarms_take_events (MuriAlarms *self, GPtrArray *events);
void
muri_alarms_restore (MuriAlarms *self, MuriStore *store, GPtrArray *rows, GHashTable *settings);
void muri_alarms_close (MuriAlarms *self);

/* Once a second. @time: monotonic; @silent: of no host anything is heard, which is no fault of
 * theirs. */
void muri_alarms_pass (MuriAlarms *self, gint64 time, gboolean silent);

/* muri-alarms.c */
void muri_alarms_begin (MuriAlarms *self, MuriAlarmRule *rule, MuriAlarmWatch *watch,
                        gpointer object, gint64 since);
void muri_alarms_end (MuriAlarms *self, MuriAlarmWatch *watch, gint64 until);

/* What was found in the past; left out where there is an alarm of that time already. */
void muri_alarms_add_past (MuriAlarms *self, MuriAlarmRule *rule, gpointer object, gint64 since,
                           gint64 until, double peak);
void muri_alarms_save (MuriAlarms *self, MuriAlarm *alarm);
void muri_alarms_count (MuriAlarms *self);
gboolean muri_alarms_is_muted (MuriAlarms *self, MuriAlarm *alarm);
MuriAlarmPost *muri_alarm_post_new (MuriAlarmRule *rule);

/* muri-alarms-rules.c */
void muri_alarms_restore_rules (MuriAlarms *self, GHashTable *settings);

/* muri-alarms-watch.c */

/* When an agent stopped on purpose, microseconds since the epoch: the last time until @until; 0:
 * nobody knows of any. */
gint64 muri_alarms_find_stop (MuriAlarms *self, MuriNode *node, gint64 until);

/* What a crash or the like led to: alarms that began with one of these events and are over. */
void muri_alarms_review_events (MuriAlarms *self, GPtrArray *events);

/* Appends a reference to each object that the rule is about. */
void muri_alarms_list_objects (MuriAlarms *self, MuriAlarmRule *rule, GPtrArray *objects);

/* An object's value now, NaN unknown. */
double muri_alarm_measure_node (MuriAlarmMeasure measure, MuriNode *node);
double muri_alarm_measure_vm (MuriAlarmMeasure measure, MuriVm *vm);

G_END_DECLS
