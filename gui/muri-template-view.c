/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-template-view.h"

#include <glib/gi18n.h>

#include "muri-column-layout.h"
#include "muri-format.h"
#include "muri-lineage.h"
#include "muri-property-row.h"
#include "muri-state-icon.h"
#include "muri-template-menu.h"
#include "muri-template-words.h"
#include "muri-title-layout.h"

#define INDENT 20

/* Clones come and go without the template changing. */
#define LINEAGE_SECONDS 3

enum
{
  ROW_OS,
  ROW_SIZE,
  ROW_ALLOCATION,
  ROW_MACHINE,
  ROW_VCPUS,
  ROW_MEMORY,
  ROW_MEMORY_MIN,
  ROW_GENERALISED,
  ROW_ORIGIN,
  ROW_CREATED,
  ROW_FORMAT,
  ROW_SHA256,
  ROW_ID,
  N_ROWS
};

struct _MuriTemplateView
{
  AdwBin parent_instance;

  /* Template widgets */
  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *status;
  GtkWidget *new_vms;
  GtkMenuButton *menu;
  GtkLabel *warning;
  GtkWidget *generalise;
  AdwPreferencesGroup *facts_group;
  GtkWidget *copy;
  GtkListBox *holders;
  GtkListBox *lineage;
  GtkWidget *edit;
  GtkLabel *notes;

  /* Owned */
  MuriFleet *fleet;
  MuriTemplate *shown;
  MuriPropertyRow *rows[N_ROWS]; /* by their group */
  char *pedigree;                /* what the lineage is drawn of */
  guint timeout;
};

G_DEFINE_FINAL_TYPE (MuriTemplateView, muri_template_view, ADW_TYPE_BIN)

static void
take (MuriTemplateView *self, guint row, char *value)
{
  muri_property_row_take_value (self->rows[row], value);
}

static char *
format_memory_kib (guint64 kib)
{
  return kib ? muri_format_size (kib * 1024.0) : NULL;
}

static char *
format_sha256 (const muri_v1_Template *facts)
{
  GString *text = g_string_new (NULL);
  guint sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (facts->sha256); i++)
    {
      g_string_append_printf (text, "%02x", facts->sha256[i]);
      sum |= facts->sha256[i];
    }
  return g_string_free (text, sum == 0);
}

static char *
format_machine (const muri_v1_Template *facts)
{
  const char *firmware = facts->firmware == MURI_FIRMWARE_UEFI   ? "UEFI"
                         : facts->firmware == MURI_FIRMWARE_BIOS ? "BIOS"
                                                                 : NULL;
  GString *text = g_string_new (facts->arch);

  if (facts->machine[0])
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", facts->machine);
  if (firmware)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", firmware);
  return g_string_free (text, FALSE);
}

static char *
format_generalised (MuriTemplate *shown)
{
  guint generalised = muri_template_get_generalised (shown);
  const char *note = muri_template_get_generalised_note (shown);
  const char *word = generalised == MURI_GENERALISED_YES  ? C_ ("generalised", "Yes")
                     : generalised == MURI_GENERALISED_NO ? C_ ("generalised", "No")
                                                          : C_ ("generalised", "Unknown");

  return *note ? g_strdup_printf ("%s: %s", word, note) : g_strdup (word);
}

static void
update_facts (MuriTemplateView *self)
{
  const muri_v1_Template *facts = muri_template_get_facts (self->shown);

  take (self, ROW_OS, muri_template_words_os (facts->os));
  take (self, ROW_SIZE, facts->size ? muri_format_size (facts->size) : NULL);
  take (self, ROW_ALLOCATION, facts->allocation ? muri_format_size (facts->allocation) : NULL);
  take (self, ROW_MACHINE, format_machine (facts));
  take (self, ROW_VCPUS, facts->vcpus ? g_strdup_printf ("%u", facts->vcpus) : NULL);
  take (self, ROW_MEMORY, format_memory_kib (facts->memory));
  take (self, ROW_MEMORY_MIN, format_memory_kib (facts->memory_min));
  take (self, ROW_GENERALISED, format_generalised (self->shown));
  take (self, ROW_ORIGIN, facts->origin[0] ? g_strdup (facts->origin) : NULL);
  take (self, ROW_CREATED, facts->created ? muri_format_time (facts->created) : NULL);
  take (self, ROW_FORMAT, facts->format[0] ? g_strdup (facts->format) : NULL);
  take (self, ROW_SHA256, format_sha256 (facts));
  take (self, ROW_ID, g_strdup (muri_template_get_id (self->shown)));
  gtk_label_set_text (self->notes, facts->notes[0] ? facts->notes : _ ("None"));
  if (facts->notes[0])
    gtk_widget_remove_css_class (GTK_WIDGET (self->notes), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->notes), "dim-label");
}

/* The beginning is enough to tell two of them apart. */
static char *
format_sha256_short (const muri_v1_Template *facts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 4; i++)
    g_string_append_printf (text, "%02x", facts->sha256[i]);
  return g_string_free (text, FALSE);
}

static char *
describe_conflict (MuriTemplate *shown)
{
  GListModel *holders = muri_template_get_holders (shown);
  GString *text = g_string_new (_ ("Its holders have different images under one ID, so that what a "
                                   "clone is depends on its host. Delete it where it is wrong:"));

  for (guint i = 0; i < g_list_model_get_n_items (holders); i++)
    {
      g_autoptr (MuriHolder) holder = g_list_model_get_item (holders, i);
      g_autofree char *sum = format_sha256_short (muri_holder_get_facts (holder));

      g_string_append_printf (text, "%s %s %s…", i > 0 ? "," : "",
                              muri_node_get_name (muri_holder_get_node (holder)), sum);
    }
  return g_string_free (text, FALSE);
}

static void
update_warning (MuriTemplateView *self)
{
  guint state = muri_template_get_state (self->shown);
  const char *error = muri_template_words_error (self->shown);
  g_autofree char *text = NULL;

  if (state == MURI_TEMPLATE_STATE_BROKEN)
    text = g_strdup_printf (_ ("It is kept aside and cannot be cloned. %s"), error ? error : "");
  else if (state == MURI_TEMPLATE_STATE_READY && !muri_template_is_available (self->shown))
    text = g_strdup (_ ("None of its holders can be reached now."));
  else if (muri_template_has_conflict (self->shown))
    text = describe_conflict (self->shown);
  else if (muri_template_get_generalised (self->shown) == MURI_GENERALISED_NO)
    text = g_strdup (_ ("It is not generalised: its clones share a machine ID, which some networks "
                        "and services mistake for one and the same machine."));
  gtk_label_set_text (self->warning, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), text != NULL);
  gtk_widget_set_visible (self->generalise, state == MURI_TEMPLATE_STATE_READY
                                                && muri_template_get_generalised (self->shown)
                                                       == MURI_GENERALISED_NO);
}

/* Its target first: without one the action would not fit. */
static void
set_action (GtkWidget *button, const char *name, GVariant *target)
{
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), name);
}

static void
update_header (MuriTemplateView *self)
{
  const char *id = muri_template_get_id (self->shown);
  guint n = g_list_model_get_n_items (muri_template_get_holders (self->shown));
  guint percent = MURI_PERCENT_UNKNOWN;
  gboolean ready = muri_template_get_state (self->shown) == MURI_TEMPLATE_STATE_READY;
  g_autofree char *holders = muri_template_words_holders (n);
  g_autofree char *clones = muri_template_words_clones (muri_template_get_n_clones (self->shown));
  g_autofree char *state = NULL;
  g_autofree char *status = NULL;
  g_autoptr (GMenuModel) menu = muri_template_menu_new (self->shown, FALSE);

  g_object_get (self->shown, "percent", &percent, NULL);
  state = muri_template_words_progress (muri_template_get_state (self->shown), percent);
  status = g_strdup_printf ("%s · %s · %s", state, holders, clones);
  gtk_image_set_from_icon_name (self->icon, muri_template_icon (self->shown));
  gtk_label_set_text (self->name, muri_template_get_name (self->shown));
  gtk_label_set_text (self->status, status);
  set_action (self->new_vms, ready ? "win.new-vms" : "win.act-impossible",
              g_variant_new ("(ss)", id, ""));
  set_action (self->copy, "win.copy-template", g_variant_new_string (id));
  set_action (self->generalise, "win.generalise-template", g_variant_new_string (id));
  set_action (self->edit, "win.change-template", g_variant_new_string (id));
  gtk_menu_button_set_menu_model (self->menu, menu);
}

/* ---- holders ---- */

static char *
describe_holder (MuriHolder *holder)
{
  const char *error = muri_holder_get_error (holder);
  guint clones = muri_holder_get_n_clones (holder);
  g_autofree char *state = muri_template_words_progress (muri_holder_get_state (holder),
                                                         muri_holder_get_percent (holder));
  g_autofree char *count = NULL;

  if (error && *error)
    return g_strdup_printf ("%s: %s", state, error);
  if (!muri_node_is_reachable (muri_holder_get_node (holder)))
    return g_strdup (_ ("Unreachable"));
  if (clones == 0)
    return g_steal_pointer (&state);
  count = muri_template_words_clones (clones);
  return g_strdup_printf ("%s, %s", state, count);
}

static void
update_holder (MuriHolder *holder, GParamSpec *pspec, GtkWidget *row)
{
  GtkWidget *progress = g_object_get_data (G_OBJECT (row), "progress");
  guint percent = muri_holder_get_percent (holder);
  guint state = muri_holder_get_state (holder);
  gboolean going = state != MURI_TEMPLATE_STATE_READY && state != MURI_TEMPLATE_STATE_BROKEN;
  g_autofree char *text = describe_holder (holder);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_set_visible (progress, going && percent <= 100);
  if (percent <= 100)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (progress), percent / 100.0);
}

static GtkWidget *
make_holder_row (gpointer item, gpointer user_data)
{
  MuriHolder *holder = item;
  MuriNode *node = muri_holder_get_node (holder);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = muri_state_icon_new ();
  GtkWidget *progress = gtk_progress_bar_new ();
  g_autofree char *scope = g_strconcat ("node:", muri_node_get_id (node), NULL);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), muri_node_get_name (node));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  muri_state_icon_set_node (MURI_STATE_ICON (icon), node);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_widget_set_valign (progress, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (progress, 80, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), progress);
  g_object_set_data (G_OBJECT (row), "progress", progress);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.show-scope");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", scope);
  g_signal_connect_object (holder, "notify", G_CALLBACK (update_holder), row, 0);
  g_signal_connect_object (node, "notify::state", G_CALLBACK (gtk_widget_queue_draw), row,
                           G_CONNECT_SWAPPED);
  update_holder (holder, NULL, row);
  return row;
}

/* ---- lineage ---- */

static char *
describe_line (MuriLineageLine *line)
{
  if (!line->object)
    return g_strdup ("");
  if (MURI_IS_TEMPLATE (line->object))
    return muri_template_words_os (muri_template_get_facts (line->object)->os);
  /* Translators: a clone that reads its template's disk, or has a copy; then its host */
  return g_strdup_printf (muri_vm_get_facts (line->object)->linked
                              ? C_ ("clone", "linked clone on %s")
                              : C_ ("clone", "full clone on %s"),
                          muri_node_get_name (muri_vm_get_node (line->object)));
}

static GtkWidget *
make_line_row (MuriTemplateView *self, MuriLineageLine *line)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = MURI_IS_VM (line->object)
                        ? muri_state_icon_new ()
                        : gtk_image_new_from_icon_name ("muri-template-symbolic");
  g_autofree char *subtitle = describe_line (line);
  const char *title = line->text;

  if (MURI_IS_VM (line->object))
    {
      title = muri_vm_get_name (line->object);
      muri_state_icon_set_vm (MURI_STATE_ICON (icon), line->object);
    }
  else if (line->object)
    title = muri_template_get_name (line->object);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_margin_start (icon, (int)line->depth * INDENT);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row),
                                    line->object && line->object != (gpointer)self->shown);
  g_object_set_data_full (G_OBJECT (row), "object",
                          line->object ? g_object_ref (line->object) : NULL,
                          line->object ? g_object_unref : NULL);
  if (line->object == (gpointer)self->shown)
    gtk_widget_add_css_class (row, "shown-line");
  return row;
}

static char *
make_pedigree (GPtrArray *lines)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      MuriLineageLine *line = lines->pdata[i];
      g_autofree char *words = describe_line (line);

      g_string_append_printf (text, "%p %u %s %s %s\n", line->object, line->depth, words,
                              line->text ? line->text : "",
                              MURI_IS_VM (line->object) ? muri_vm_get_name (line->object) : "");
    }
  return g_string_free (text, FALSE);
}

static void
update_lineage (MuriTemplateView *self)
{
  g_autoptr (GPtrArray) lines = muri_lineage_new (self->fleet, self->shown);
  g_autofree char *pedigree = make_pedigree (lines);
  GtkWidget *child;

  if (g_strcmp0 (pedigree, self->pedigree) == 0)
    return;
  g_free (self->pedigree);
  self->pedigree = g_steal_pointer (&pedigree);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->lineage))))
    gtk_list_box_remove (self->lineage, child);
  for (guint i = 0; i < lines->len; i++)
    gtk_list_box_append (self->lineage, make_line_row (self, lines->pdata[i]));
}

static void
on_lineage_activated (MuriTemplateView *self, GtkListBoxRow *row)
{
  GObject *object = g_object_get_data (G_OBJECT (row), "object");

  if (MURI_IS_VM (object))
    {
      g_autofree char *scope = g_strconcat ("vm:", muri_vm_get_id (MURI_VM (object)), NULL);

      gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", scope);
    }
  else if (MURI_IS_TEMPLATE (object))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-template", "s",
                                muri_template_get_id (MURI_TEMPLATE (object)));
}

/* ---- */

static void
update (MuriTemplateView *self)
{
  update_header (self);
  update_warning (self);
  update_facts (self);
  update_lineage (self);
}

static gboolean
on_timeout (gpointer user_data)
{
  MuriTemplateView *self = user_data;

  update_warning (self);
  update_lineage (self);
  return G_SOURCE_CONTINUE;
}

static void
muri_template_view_dispose (GObject *object)
{
  MuriTemplateView *self = MURI_TEMPLATE_VIEW (object);

  muri_template_view_set (self, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_TEMPLATE_VIEW);
  g_clear_pointer (&self->pedigree, g_free);

  G_OBJECT_CLASS (muri_template_view_parent_class)->dispose (object);
}

static void
muri_template_view_class_init (MuriTemplateViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_template_view_dispose;
  g_type_ensure (MURI_TYPE_COLUMN_LAYOUT);
  g_type_ensure (MURI_TYPE_TITLE_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-template-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, icon);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, name);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, status);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, new_vms);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, menu);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, warning);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, generalise);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, facts_group);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, copy);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, holders);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, lineage);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, edit);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplateView, notes);
  gtk_widget_class_bind_template_callback (widget_class, on_lineage_activated);
}

static void
add_row (MuriTemplateView *self, guint i, const char *title, gboolean copyable)
{
  GtkWidget *row = muri_property_row_new (title, NULL, copyable);

  adw_preferences_group_add (self->facts_group, row);
  self->rows[i] = MURI_PROPERTY_ROW (row);
}

static void
muri_template_view_init (MuriTemplateView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_row (self, ROW_OS, _ ("Operating system"), FALSE);
  add_row (self, ROW_SIZE, _ ("Disk"), FALSE);
  add_row (self, ROW_ALLOCATION, _ ("Takes on a host"), FALSE);
  add_row (self, ROW_MACHINE, _ ("Machine"), FALSE);
  add_row (self, ROW_VCPUS, _ ("vCPUs"), FALSE);
  add_row (self, ROW_MEMORY, _ ("Memory"), FALSE);
  add_row (self, ROW_MEMORY_MIN, _ ("Memory at least"), FALSE);
  add_row (self, ROW_GENERALISED, _ ("Generalised"), FALSE);
  add_row (self, ROW_ORIGIN, _ ("Made of"), FALSE);
  add_row (self, ROW_CREATED, _ ("Created"), FALSE);
  add_row (self, ROW_FORMAT, _ ("Format"), FALSE);
  add_row (self, ROW_SHA256, _ ("SHA-256"), TRUE);
  add_row (self, ROW_ID, _ ("UUID"), TRUE);
}

void
muri_template_view_set (MuriTemplateView *self, MuriFleet *fleet, MuriTemplate *shown)
{
  if (self->shown == shown)
    return;
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->shown)
    g_signal_handlers_disconnect_by_data (self->shown, self);
  g_set_object (&self->fleet, fleet);
  g_set_object (&self->shown, shown);
  if (!shown)
    {
      if (self->holders)
        gtk_list_box_bind_model (self->holders, NULL, NULL, NULL, NULL);
      return;
    }
  gtk_list_box_bind_model (self->holders, muri_template_get_holders (shown), make_holder_row, self,
                           NULL);
  g_signal_connect_swapped (shown, "notify::facts", G_CALLBACK (update), self);
  self->timeout = g_timeout_add_seconds (LINEAGE_SECONDS, on_timeout, self);
  update (self);
}
