"""Workbench: what a researcher touches in JupyterLab."""
