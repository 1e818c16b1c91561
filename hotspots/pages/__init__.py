"""One Streamlit page per task."""
