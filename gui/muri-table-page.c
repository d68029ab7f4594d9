/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-table-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "muri-clock.h"
#include "muri-counted.h"
#include "muri-name-list.h"
#include "muri-query-completion.h"

typedef struct
{
  /* Template widgets */
  GtkLabel *title;
  GtkLabel *summary;
  GtkWidget *resume;
  GtkMenuButton *view_button;
  GtkSearchBar *filter_bar;
  GtkEditable *filter_entry;
  GtkWidget *save_search;
  GtkLabel *filter_problem;
  GtkRevealer *note_revealer;
  GtkLabel *note;
  GtkStack *stack;
  AdwBin *table_bin;
  AdwStatusPage *empty;
  AdwStatusPage *none;
  GtkWidget *everywhere;

  /* Owned */
  MuriFleet *fleet;
  MuriScope *scope;
  MuriTable *table;
  MuriFilter *filter;
  MuriQueryCompletion *completion;
  GSignalGroup *source_signals;
  GSignalGroup *fleet_signals;
  gulong clock_handler;
  guint update_id;

  guint n_selected;
  long filter_length;   /* characters */
  gboolean pasted;      /* the filter grew by more than a key can add */
  gboolean filtering;   /* the filter changed, and what it hides was not dropped yet */
  gboolean keep_filter; /* for the scope that comes next */
} MuriTablePagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MuriTablePage, muri_table_page, GTK_TYPE_BOX)

#define PRIVATE(page)                                                                              \
  ((MuriTablePagePrivate *)muri_table_page_get_instance_private (MURI_TABLE_PAGE (page)))

enum
{
  PROP_FLEET = 1,
  PROP_SCOPE,
  PROP_N_SELECTED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GListModel *
get_source (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);

  return MURI_TABLE_PAGE_GET_CLASS (self)->get_source (self, priv->scope);
}

static guint
count_matches (GListModel *model, MuriFilter *filter)
{
  guint n = g_list_model_get_n_items (model);
  guint found = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      found += muri_filter_matches (filter, item);
    }
  return found;
}

static char *
filter_text (MuriTablePagePrivate *priv)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (priv->filter_entry)));
}

static void
describe_none (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  g_autofree char *text = filter_text (priv);
  gboolean whole = muri_scope_get_kind (priv->scope) == MURI_SCOPE_FLEET;
  guint elsewhere =
      whole ? 0
            : count_matches (MURI_TABLE_PAGE_GET_CLASS (self)->get_everything (self, priv->scope),
                             priv->filter);
  g_autofree char *words = NULL;

  /* A status page reads markup. */
  if (whole)
    words = g_markup_printf_escaped (_ ("Nothing in the fleet matches “%s”."), text);
  else
    {
      g_autofree char *title = g_markup_escape_text (muri_scope_get_title (priv->scope), -1);

      /* Translators: a host's name, how many match elsewhere */
      words = muri_counted (_ ("None in %s; %u in the fleet."), title, elsewhere);
    }
  adw_status_page_set_description (priv->none, words);
  gtk_widget_set_visible (priv->everywhere, elsewhere > 0);
}

static void
update (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  GListModel *source;
  g_autofree char *summary = NULL;
  g_autofree char *text = NULL;
  guint shown;

  if (!priv->scope)
    return;
  source = get_source (self);
  text = filter_text (priv);
  shown = g_list_model_get_n_items (G_LIST_MODEL (muri_table_get_picks (priv->table)));
  summary = MURI_TABLE_PAGE_GET_CLASS (self)->describe (self, source);
  if (*text)
    {
      /* Translators: how many rows the filter leaves, then what there is in all */
      g_autofree char *filtered = muri_counted (_ ("%u shown of %s"), shown, summary);

      gtk_label_set_text (priv->summary, filtered);
    }
  else
    gtk_label_set_text (priv->summary, summary);
  gtk_label_set_text (priv->title, muri_scope_get_title (priv->scope));

  if (g_list_model_get_n_items (source) == 0)
    gtk_stack_set_visible_child_name (priv->stack, "empty");
  else if (shown == 0 && *text)
    {
      describe_none (self);
      gtk_stack_set_visible_child_name (priv->stack, "none");
    }
  else
    gtk_stack_set_visible_child_name (priv->stack, "table");
}

static gboolean
on_update (gpointer user_data)
{
  PRIVATE (user_data)->update_id = 0;
  update (user_data);
  return G_SOURCE_REMOVE;
}

/* Before the frame that shows what it is about: a person who types looks at both. */
static void
queue_update (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);

  if (priv->update_id == 0)
    priv->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_update, self, NULL);
}

void
muri_table_page_note (MuriTablePage *self, const char *text)
{
  MuriTablePagePrivate *priv = PRIVATE (self);

  if (text)
    gtk_label_set_text (priv->note, text);
  gtk_revealer_set_reveal_child (priv->note_revealer, text != NULL);
}

static void
on_note_closed (MuriTablePage *self)
{
  muri_table_page_note (self, NULL);
}

static void
on_picks_changed (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  guint before = priv->n_selected;

  priv->n_selected = muri_picks_get_n (muri_table_get_picks (priv->table));
  if (priv->filtering && priv->n_selected < before)
    {
      guint dropped = before - priv->n_selected;
      g_autofree char *text =
          muri_counted (ngettext ("%u selected row is hidden by the filter and was deselected.",
                                  "%u selected rows are hidden by the filter and were "
                                  "deselected.",
                                  dropped),
                        dropped);

      muri_table_page_note (self, text);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SELECTED]);
  if (MURI_TABLE_PAGE_GET_CLASS (self)->selection_changed)
    MURI_TABLE_PAGE_GET_CLASS (self)->selection_changed (self);
}

void
muri_table_page_pick_names (MuriTablePage *self, const char *text)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *note = NULL;

  if (!priv->scope)
    return;
  muri_table_page_set_filter (self, "");
  items = muri_name_list_find (text, get_source (self), &note);
  /* The filter is gone: what it hid may be picked. */
  priv->filtering = FALSE;
  muri_table_pick_items (priv->table, items);
  muri_table_page_note (self, note);
}

void
muri_table_page_set_filter (MuriTablePage *self, const char *text)
{
  gtk_editable_set_text (PRIVATE (self)->filter_entry, text);
}

/* What cannot be understood says why, and leaves the rows as they are. */
static void
apply_filter (MuriTablePage *self, const char *text)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  GType item_type = MURI_TABLE_PAGE_GET_CLASS (self)->item_type;
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriFilter) filter = muri_filter_parse (item_type, text, &error);

  gtk_label_set_text (priv->filter_problem, error ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (priv->filter_problem), error != NULL);
  gtk_widget_set_visible (priv->save_search, filter && item_type == MURI_TYPE_VM);
  gtk_accessible_update_state (GTK_ACCESSIBLE (priv->filter_entry), GTK_ACCESSIBLE_STATE_INVALID,
                               error ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  if (error)
    {
      gtk_widget_add_css_class (GTK_WIDGET (priv->filter_entry), "error");
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (priv->filter_entry), "error");
  priv->filtering = filter != NULL;
  g_clear_pointer (&priv->filter, muri_filter_unref);
  priv->filter = filter ? muri_filter_ref (filter) : NULL;
  /* The first of what is found, and not what happens to be where others were looked at. */
  muri_table_scroll_to_top (priv->table);
  muri_ranking_set_filter (muri_table_get_ranking (priv->table), filter);
}

static void
on_save_search (MuriTablePage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.new-smart-group", "s",
                              gtk_editable_get_text (PRIVATE (self)->filter_entry));
}

/* The search is told of later than of each change. */
static void
on_filter_edited (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  long length = g_utf8_strlen (gtk_editable_get_text (priv->filter_entry), -1);

  priv->pasted |= length > priv->filter_length + 1;
  priv->filter_length = length;
}

static gboolean
is_list (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);

  return priv->scope
         && muri_name_list_is (gtk_editable_get_text (priv->filter_entry), get_source (self));
}

static void
pick_filter (MuriTablePage *self)
{
  g_autofree char *names = g_strdup (gtk_editable_get_text (PRIVATE (self)->filter_entry));

  muri_table_page_pick_names (self, names);
}

/* Who pastes a list is done with it; who types one says so with Enter. */
static void
on_filter_changed (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  const char *text = gtk_editable_get_text (priv->filter_entry);
  gboolean pasted = priv->pasted;

  priv->pasted = FALSE;
  if (is_list (self))
    {
      if (pasted)
        pick_filter (self);
      else
        muri_table_page_note (self, _ ("Enter selects what has these names."));
      return;
    }
  muri_table_page_note (self, NULL);
  apply_filter (self, text);
  queue_update (self);
}

static void
on_filter_activated (MuriTablePage *self)
{
  if (is_list (self))
    pick_filter (self);
  muri_table_grab_rows (PRIVATE (self)->table);
}

static void
on_everywhere (MuriTablePage *self)
{
  PRIVATE (self)->keep_filter = TRUE;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", "fleet");
}

static void
on_resume (MuriTablePage *self)
{
  muri_table_resume_sorting (PRIVATE (self)->table);
}

static void
search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MuriTablePagePrivate *priv = PRIVATE (widget);

  gtk_search_bar_set_search_mode (priv->filter_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (priv->filter_entry));
}

static void
on_pasted (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriTablePage) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);

  if (text && *text)
    muri_table_page_pick_names (self, text);
}

static gboolean
paste_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, on_pasted,
                                 g_object_ref (widget));
  return TRUE;
}

/* The list does so by itself while it has the focus, which may be in the selection bar. */
static gboolean
select_all_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return gtk_selection_model_select_all (
      GTK_SELECTION_MODEL (muri_table_get_picks (PRIVATE (widget)->table)));
}

static void
follow (MuriTablePage *self, gboolean on)
{
  MuriTablePagePrivate *priv = PRIVATE (self);

  on = on && priv->scope;
  if (priv->clock_handler)
    muri_clock_disconnect (priv->clock_handler);
  priv->clock_handler = on ? muri_clock_connect (G_CALLBACK (update), self) : 0;
  g_signal_group_set_target (priv->source_signals, on ? get_source (self) : NULL);
  g_signal_group_set_target (priv->fleet_signals, on ? priv->fleet : NULL);
}

static void
set_scope (MuriTablePage *self, MuriScope *scope)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  MuriGroup *group;

  if (priv->scope == scope)
    return;
  follow (self, FALSE);
  if (scope && !muri_scope_equal (priv->scope, scope) && !priv->keep_filter)
    {
      muri_table_page_set_filter (self, "");
      gtk_search_bar_set_search_mode (priv->filter_bar, FALSE);
    }
  priv->keep_filter = priv->keep_filter && !scope;
  priv->filtering = FALSE;
  muri_table_page_note (self, NULL);
  g_set_object (&priv->scope, scope);
  muri_table_set_source (priv->table, scope ? get_source (self) : NULL);
  group = scope ? muri_scope_get_group (scope) : NULL;
  muri_table_set_group (priv->table, group ? muri_group_get_path (group) : NULL);
  follow (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
  update (self);
}

static void
muri_table_page_map (GtkWidget *widget)
{
  follow (MURI_TABLE_PAGE (widget), TRUE);
  update (MURI_TABLE_PAGE (widget));
  GTK_WIDGET_CLASS (muri_table_page_parent_class)->map (widget);
}

static void
muri_table_page_unmap (GtkWidget *widget)
{
  follow (MURI_TABLE_PAGE (widget), FALSE);
  GTK_WIDGET_CLASS (muri_table_page_parent_class)->unmap (widget);
}

static gboolean
muri_table_page_grab_focus (GtkWidget *widget)
{
  return muri_table_grab_rows (PRIVATE (widget)->table);
}

static void
make_table (MuriTablePage *self)
{
  MuriTablePagePrivate *priv = PRIVATE (self);
  GtkWidget *table = g_object_new (MURI_TYPE_TABLE, "item-type",
                                   MURI_TABLE_PAGE_GET_CLASS (self)->item_type, NULL);

  priv->table = MURI_TABLE (table);
  adw_bin_set_child (priv->table_bin, table);
  gtk_menu_button_set_menu_model (priv->view_button, muri_table_get_view_menu (priv->table));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "table", muri_table_get_actions (priv->table));
  g_object_bind_property (muri_table_get_ranking (priv->table), "pending", priv->resume, "visible",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (muri_table_get_picks (priv->table), "changed",
                           G_CALLBACK (on_picks_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (muri_table_get_ranking (priv->table), "items-changed",
                           G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
  gtk_search_bar_connect_entry (priv->filter_bar, priv->filter_entry);
  if (MURI_TABLE_PAGE_GET_CLASS (self)->item_type == MURI_TYPE_VM)
    priv->completion = muri_query_completion_new (GTK_WIDGET (priv->filter_entry));
}

static void
muri_table_page_constructed (GObject *object)
{
  MuriTablePage *self = MURI_TABLE_PAGE (object);
  MuriTablePagePrivate *priv = PRIVATE (self);

  G_OBJECT_CLASS (muri_table_page_parent_class)->constructed (object);

  priv->source_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (priv->source_signals, "items-changed", G_CALLBACK (queue_update),
                                  self);
  priv->fleet_signals = g_signal_group_new (MURI_TYPE_FLEET);
  g_signal_group_connect_swapped (priv->fleet_signals, "notify::n-running",
                                  G_CALLBACK (queue_update), self);
  make_table (self);
}

static void
muri_table_page_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  MuriTablePage *self = MURI_TABLE_PAGE (object);

  switch (prop_id)
    {
    case PROP_FLEET:
      g_set_object (&PRIVATE (self)->fleet, g_value_get_object (value));
      if (PRIVATE (self)->completion)
        muri_query_completion_set_fleet (PRIVATE (self)->completion, PRIVATE (self)->fleet);
      break;
    case PROP_SCOPE:
      set_scope (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
muri_table_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_N_SELECTED)
    g_value_set_uint (value, PRIVATE (object)->n_selected);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
muri_table_page_dispose (GObject *object)
{
  MuriTablePage *self = MURI_TABLE_PAGE (object);
  MuriTablePagePrivate *priv = PRIVATE (self);

  if (priv->source_signals)
    follow (self, FALSE);
  g_clear_object (&priv->source_signals);
  g_clear_object (&priv->fleet_signals);
  g_clear_pointer (&priv->filter, muri_filter_unref);
  priv->filtering = FALSE; /* what is let go of is not hidden by it */
  g_clear_object (&priv->scope);
  g_clear_object (&priv->fleet);

  G_OBJECT_CLASS (muri_table_page_parent_class)->dispose (object);

  /* The table let go of its rows just now, and said so. */
  g_clear_handle_id (&priv->update_id, g_source_remove);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-table-page.ui");
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, title);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, summary);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, resume);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, view_button);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, filter_bar);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, filter_entry);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, save_search);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, filter_problem);
  gtk_widget_class_bind_template_callback (widget_class, on_save_search);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, note_revealer);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, note);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, stack);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, table_bin);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, empty);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, none);
  gtk_widget_class_bind_template_child_private (widget_class, MuriTablePage, everywhere);
  gtk_widget_class_bind_template_callback (widget_class, on_resume);
  gtk_widget_class_bind_template_callback (widget_class, on_everywhere);
  gtk_widget_class_bind_template_callback (widget_class, on_note_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_edited);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_activated);
}

static void
muri_table_page_class_init (MuriTablePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = muri_table_page_constructed;
  object_class->dispose = muri_table_page_dispose;
  object_class->get_property = muri_table_page_get_property;
  object_class->set_property = muri_table_page_set_property;
  widget_class->grab_focus = muri_table_page_grab_focus;
  widget_class->map = muri_table_page_map;
  widget_class->unmap = muri_table_page_unmap;

  properties[PROP_FLEET] = g_param_spec_object ("fleet", NULL, NULL, MURI_TYPE_FLEET,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SCOPE] = g_param_spec_object ("scope", NULL, NULL, MURI_TYPE_SCOPE,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_SELECTED] = g_param_spec_uint ("n-selected", NULL, NULL, 0, G_MAXUINT, 0,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "page.search", NULL, search);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, select_all_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, paste_by_key, NULL);
}

static void
muri_table_page_init (MuriTablePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

MuriTable *
muri_table_page_get_table (MuriTablePage *self)
{
  return PRIVATE (self)->table;
}

MuriScope *
muri_table_page_get_scope (MuriTablePage *self)
{
  return PRIVATE (self)->scope;
}

void
muri_table_page_set_empty (MuriTablePage *self, const char *icon_name, const char *title,
                           const char *description)
{
  MuriTablePagePrivate *priv = PRIVATE (self);

  adw_status_page_set_icon_name (priv->empty, icon_name);
  adw_status_page_set_title (priv->empty, title);
  adw_status_page_set_description (priv->empty, description);
}
