/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-moment-row.h"

#include <math.h>

struct _MuriMomentRow
{
  GObject parent_instance;

  MuriVm *vm;
  double values[MURI_N_VM_FIGURES];
};

G_DEFINE_FINAL_TYPE (MuriMomentRow, muri_moment_row, G_TYPE_OBJECT)

static void
muri_moment_row_dispose (GObject *object)
{
  g_clear_object (&MURI_MOMENT_ROW (object)->vm);
  G_OBJECT_CLASS (muri_moment_row_parent_class)->dispose (object);
}

static void
muri_moment_row_class_init (MuriMomentRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_moment_row_dispose;
}

static void
muri_moment_row_init (MuriMomentRow *self)
{
}

MuriMomentRow *
muri_moment_row_new (MuriVm *vm, const double values[MURI_N_VM_FIGURES])
{
  MuriMomentRow *self = g_object_new (MURI_TYPE_MOMENT_ROW, NULL);

  self->vm = g_object_ref (vm);
  memcpy (self->values, values, sizeof self->values);
  return self;
}

MuriVm *
muri_moment_row_get_vm (MuriMomentRow *self)
{
  return self->vm;
}

double
muri_moment_row_get_value (MuriMomentRow *self, MuriFigure figure)
{
  g_return_val_if_fail (figure < MURI_N_VM_FIGURES, NAN);

  return self->values[figure];
}

gboolean
muri_moment_row_is_known (MuriMomentRow *self)
{
  for (guint i = 0; i < MURI_N_VM_FIGURES; i++)
    if (isfinite (self->values[i]))
      return TRUE;
  return FALSE;
}
