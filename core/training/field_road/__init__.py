"""The field-or-road head: report 2's two schedules, its proposals, and a third class."""
