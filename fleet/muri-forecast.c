/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-forecast-private.h"

#include <glib/gi18n-lib.h>

struct _MuriForecast
{
  GObject parent_instance;

  MuriNode *node;
  MuriVm *vm;
  MuriProspect prospect;
  const char *reason;
  MuriOperation *recent;
};

enum
{
  PROP_0,
  PROP_VM,
  PROP_NODE,
  PROP_PROSPECT,
  PROP_REASON,
  PROP_RECENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriForecast, muri_forecast, G_TYPE_OBJECT)

GType
muri_prospect_get_type (void)
{
  static const GEnumValue values[] = {
    { MURI_PROSPECT_ACT, "MURI_PROSPECT_ACT", "act" },
    { MURI_PROSPECT_ALREADY, "MURI_PROSPECT_ALREADY", "already" },
    { MURI_PROSPECT_UNREACHABLE, "MURI_PROSPECT_UNREACHABLE", "unreachable" },
    { MURI_PROSPECT_PROTECTED, "MURI_PROSPECT_PROTECTED", "protected" },
    { MURI_PROSPECT_UNSUPPORTED, "MURI_PROSPECT_UNSUPPORTED", "unsupported" },
    { MURI_PROSPECT_UNFIT, "MURI_PROSPECT_UNFIT", "unfit" },
    { 0 },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MuriProspect", values));
  return type;
}

static void
muri_forecast_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriForecast *self = MURI_FORECAST (object);

  switch (id)
    {
    case PROP_VM:
      g_value_set_object (value, self->vm);
      break;
    case PROP_NODE:
      g_value_set_object (value, self->node);
      break;
    case PROP_PROSPECT:
      g_value_set_enum (value, self->prospect);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_RECENT:
      g_value_set_object (value, self->recent);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_forecast_finalize (GObject *object)
{
  MuriForecast *self = MURI_FORECAST (object);

  g_clear_object (&self->node);
  g_clear_object (&self->vm);
  g_clear_object (&self->recent);

  G_OBJECT_CLASS (muri_forecast_parent_class)->finalize (object);
}

static void
muri_forecast_class_init (MuriForecastClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = muri_forecast_get_property;
  object_class->finalize = muri_forecast_finalize;

  properties[PROP_VM] = g_param_spec_object ("vm", NULL, NULL, MURI_TYPE_VM, flags);
  properties[PROP_NODE] = g_param_spec_object ("node", NULL, NULL, MURI_TYPE_NODE, flags);
  properties[PROP_PROSPECT] =
      g_param_spec_enum ("prospect", NULL, NULL, MURI_TYPE_PROSPECT, MURI_PROSPECT_ACT, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_RECENT] = g_param_spec_object ("recent", NULL, NULL, MURI_TYPE_OPERATION, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_forecast_init (MuriForecast *self)
{
}

/* ---- judging ---- */

static gboolean
is_off (guint state)
{
  return state == MURI_VM_STATE_OFF || state == MURI_VM_STATE_SAVED
         || state == MURI_VM_STATE_CRASHED;
}

static gboolean
is_reached (guint verb, guint state)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
    case MURI_VERB_RESUME:
      return state == MURI_VM_STATE_RUNNING;
    case MURI_VERB_POWER_OFF:
    case MURI_VERB_SHUTDOWN:
      return is_off (state);
    case MURI_VERB_PAUSE:
      return state == MURI_VM_STATE_PAUSED;
    case MURI_VERB_SAVE:
      return state == MURI_VM_STATE_SAVED;
    default:
      return FALSE;
    }
}

/* Why @verb makes no sense in @state; NULL: it does. */
static const char *
explain_unfit (guint verb, guint state)
{
  gboolean asleep = state == MURI_VM_STATE_PAUSED || state == MURI_VM_STATE_SUSPENDED;

  switch (verb)
    {
    case MURI_VERB_SHUTDOWN:
      return asleep ? _ ("It is paused and cannot shut down: resume it first") : NULL;
    case MURI_VERB_REBOOT:
      if (asleep)
        return _ ("It is paused and cannot restart: resume it first");
      return is_off (state) ? _ ("It is off") : NULL;
    case MURI_VERB_RESUME:
    case MURI_VERB_PAUSE:
    case MURI_VERB_RESET:
    case MURI_VERB_SAVE:
      return is_off (state) ? _ ("It is off") : NULL;
    default:
      return NULL;
    }
}

static const char *
explain_unreachable (MuriNode *node)
{
  switch (muri_node_get_state (node))
    {
    case MURI_NODE_STOPPED:
      return _ ("The agent of its host was stopped");
    case MURI_NODE_HYPERVISOR_DOWN:
      return _ ("Its hypervisor cannot be reached");
    default:
      return _ ("Its host cannot be reached");
    }
}

static MuriProspect
judge_vm (MuriVm *vm, guint verb, const char **reason)
{
  guint state = muri_vm_get_state (vm);

  if (!muri_vm_is_known (vm))
    {
      *reason = explain_unreachable (muri_vm_get_node (vm));
      return MURI_PROSPECT_UNREACHABLE;
    }
  if (is_reached (verb, state))
    return MURI_PROSPECT_ALREADY;
  *reason = explain_unfit (verb, state);
  if (*reason != NULL)
    return MURI_PROSPECT_UNFIT;
  if (!muri_node_supports (muri_vm_get_node (vm), verb) || !muri_verb_is_for_vm (verb))
    {
      *reason = _ ("Its hypervisor cannot do that");
      return MURI_PROSPECT_UNSUPPORTED;
    }
  if (muri_vm_get_facts (vm)->guarded && muri_verb_is_guarded (verb))
    {
      *reason = _ ("It is protected");
      return MURI_PROSPECT_PROTECTED;
    }
  return MURI_PROSPECT_ACT;
}

static MuriProspect
judge_node (MuriNode *node, guint verb, const char **reason)
{
  gboolean maintenance = muri_node_get_facts (node)->maintenance;

  if (!muri_node_is_reachable (node))
    {
      *reason = explain_unreachable (node);
      return MURI_PROSPECT_UNREACHABLE;
    }
  if ((verb == MURI_VERB_MAINTENANCE_ON && maintenance)
      || (verb == MURI_VERB_MAINTENANCE_OFF && !maintenance))
    return MURI_PROSPECT_ALREADY;
  if (muri_node_supports (node, verb) && muri_verb_is_for_node (verb))
    return MURI_PROSPECT_ACT;
  *reason = _ ("It does not allow or cannot do that");
  return MURI_PROSPECT_UNSUPPORTED;
}

MuriForecast *
muri_forecast_new (MuriNode *node, MuriVm *vm, guint verb, MuriOperation *recent)
{
  MuriForecast *self = g_object_new (MURI_TYPE_FORECAST, NULL);

  self->node = g_object_ref (node);
  self->vm = vm != NULL ? g_object_ref (vm) : NULL;
  self->recent = recent != NULL ? g_object_ref (recent) : NULL;
  self->prospect =
      vm != NULL ? judge_vm (vm, verb, &self->reason) : judge_node (node, verb, &self->reason);
  return self;
}

/* ---- what a console asks ---- */

/**
 * muri_forecast_get_vm:
 * @forecast: a forecast
 *
 * Returns: (transfer none) (nullable): the VM; %NULL when the node itself is the target
 */
MuriVm *
muri_forecast_get_vm (MuriForecast *forecast)
{
  return forecast->vm;
}

/**
 * muri_forecast_get_node:
 * @forecast: a forecast
 *
 * Returns: (transfer none): the host
 */
MuriNode *
muri_forecast_get_node (MuriForecast *forecast)
{
  return forecast->node;
}

/**
 * muri_forecast_get_prospect:
 * @forecast: a forecast
 *
 * Returns: what would become of it
 */
MuriProspect
muri_forecast_get_prospect (MuriForecast *forecast)
{
  return forecast->prospect;
}

/**
 * muri_forecast_get_reason:
 * @forecast: a forecast
 *
 * Returns: (nullable): why, in a sentence without a full stop
 */
const char *
muri_forecast_get_reason (MuriForecast *forecast)
{
  return forecast->reason;
}

/**
 * muri_forecast_get_recent:
 * @forecast: a forecast
 *
 * Returns: (transfer none) (nullable): what someone else asked of it in the last minutes
 */
MuriOperation *
muri_forecast_get_recent (MuriForecast *forecast)
{
  return forecast->recent;
}

/**
 * muri_forecast_get_recent_issuer:
 * @forecast: a forecast
 *
 * Returns: (nullable): who; %NULL nobody else
 */
const char *
muri_forecast_get_recent_issuer (MuriForecast *forecast)
{
  return forecast->recent != NULL ? muri_operation_get_issuer (forecast->recent) : NULL;
}

/**
 * muri_forecast_get_recent_time:
 * @forecast: a forecast
 *
 * Returns: when, microseconds since the epoch; 0 nobody else
 */
gint64
muri_forecast_get_recent_time (MuriForecast *forecast)
{
  return forecast->recent != NULL ? muri_operation_get_issued (forecast->recent) : 0;
}
