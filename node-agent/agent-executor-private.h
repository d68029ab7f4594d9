/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The executor's own parts. Main context only, but for what says otherwise. */
#pragma once

#include "agent-executor.h"
#include "agent-job.h"
#include "agent-pace.h"
#include "agent-work.h"

typedef enum
{
  PHASE_QUEUED,
  PHASE_CALL, /* a worker has it */
  PHASE_WAIT, /* for the guest, or for the connection */
  PHASE_JOB,  /* goes on by itself */
} AgentPhase;

/* Of one VM, or of the node itself. */
typedef enum
{
  LANE_ACTION,
  LANE_STATE, /* what is only written down */
  LANE_FREE,  /* jobs of the node itself, which do not wait for one another */
  N_LANES
} AgentLane;

typedef struct _AgentQueue AgentQueue;

/* One target of one operation. Main context only. */
typedef struct
{
  AgentQueue *queue;
  AgentWork work; /* the worker's while in PHASE_CALL, but for claim */
  AgentExecutor *executor;
  muri_v1_Uuid operation;
  muri_v1_Uuid vm;
  guint verb;
  AgentParameters *parameters;
  AgentPace *pace; /* NULL: as fast as it goes */
  gint64 deadline;

  AgentPhase phase;
  AgentWorkKind kind; /* of the next turn, or this one */
  gboolean running;   /* said so */
  gboolean over;      /* its last outcome was told */
  gboolean stalled;   /* its call hangs */
  gboolean paced;     /* counts as one of those that its operation has under way */
  gboolean parked;    /* until the pace lets it begin */
  gboolean poked;     /* its VM changed while it was in a call */
  gboolean rebooted;
  gboolean ready; /* for another turn, as soon as a thread is free */
  gboolean again; /* the next turn may ask the guest once more */
  guint vm_state; /* as last seen */
  gint64 started;
  gint64 since; /* monotonic: this call, or this wait */
  gint64 asked; /* monotonic: when the guest was last asked */
  gint64 lost;  /* monotonic: no connection since; 0 there is one */

  gboolean is_job;
  AgentJob *job; /* in PHASE_JOB */
  gboolean slot; /* counts as one of the jobs at work */
  guint step;    /* of the job */
  char *argument, *document, *notes;
} AgentItem;

/* What is asked of one VM, in order. */
struct _AgentQueue
{
  muri_v1_Uuid vm;
  AgentLane lane;
  GQueue waiting; /* AgentItem, PHASE_QUEUED */
  GQueue active;  /* AgentItem, others */
  gboolean in_turn;
  gboolean starved; /* its job waits until another one ends */
};

struct _AgentExecutor
{
  GObject parent_instance;
  AgentWorkContext context;
  AgentInventory *inventory;

  GHashTable *queues[N_LANES]; /* by VM */
  GQueue turn;                 /* AgentQueue: those that have something waiting, or ready */
  GHashTable *held;            /* operations */
  GQueue stopping;             /* AgentStop: operations that have failed too often */
  GThreadPool *pool;
  guint calls;
  guint stalled;
  guint tick;
  gboolean stopped;
  gboolean scheduling;

  GHashTable *makers; /* verb to AgentJobMaker */
  GHashTable *notes;  /* of a former life's jobs; or NULL */
  GQueue starved;     /* AgentQueue */
  guint jobs;

  GAsyncQueue *done; /* AgentItem, from the workers */
  GSource *doorbell;
};

/* An operation of which no more is begun. */
typedef struct
{
  muri_v1_Uuid operation;
  guint failures;
} AgentStop;

/* agent-executor-outcome.c */
void agent_item_tell_running (AgentItem *item);
void agent_item_finish (AgentItem *item, const AgentTarget *target);
void agent_item_end (AgentItem *item, guint state, const char *message);
void agent_executor_let_next (AgentExecutor *self, AgentPace *pace);
void agent_executor_give_up (AgentExecutor *self, const muri_v1_Uuid *operation, AgentPace *pace);

/* agent-executor-queue.c */
AgentQueue *agent_executor_queue_of (AgentExecutor *self, const muri_v1_Uuid *vm, guint verb);
void agent_queue_free (gpointer data);
void agent_executor_want_turn (AgentExecutor *self, AgentQueue *queue);
void agent_item_drop (AgentItem *item);
AgentItem *agent_executor_next_of (AgentExecutor *self, AgentQueue *queue);
GList *agent_executor_all_items (AgentExecutor *self);
gboolean agent_executor_is_idle (AgentExecutor *self);

/* agent-executor-time.c */
gboolean agent_executor_tick (gpointer user_data);
void agent_executor_cancel_targets (AgentExecutor *self, const muri_v1_Uuid *operation,
                                    const char *message);
void agent_executor_cancel_stopped (AgentExecutor *self);

/* agent-executor-job.c */
gboolean agent_executor_has_slot (AgentExecutor *self, AgentQueue *queue);
void agent_executor_feed (AgentExecutor *self);
void
agent_item_take_job (AgentItem *item, const AgentOperation *operation, const AgentTarget *target);
void agent_item_begin_job (AgentItem *item);
void agent_item_free_job (AgentItem *item);
void agent_executor_cancel_jobs (AgentExecutor *self, const muri_v1_Uuid *operation);
void agent_executor_abandon_jobs (AgentExecutor *self, gint64 until);

/* agent-executor.c */
void agent_executor_emit_acted (AgentExecutor *self, const muri_v1_Uuid *vm, guint verb);
void agent_executor_schedule (AgentExecutor *self);
void agent_executor_emit_outcome (AgentExecutor *self, const muri_v1_Uuid *operation,
                                  const AgentTarget *target);
