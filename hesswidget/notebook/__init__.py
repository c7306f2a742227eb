"""What hesswidget adds to a notebook beside its widgets."""
